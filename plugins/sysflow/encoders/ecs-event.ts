// SPDX-License-Identifier: Apache-2.0
import { OPERATION } from '../avro/operation-flags.js'

/** The kind of event of a record in terms of the Elastic Common Schema. */
export interface EcsEvent {
  readonly category: string
  readonly type: string
  readonly action: string
}

/** The first matching operation of the list decides. */
export function ecsProcessEvent(operations: number, isThread: boolean): EcsEvent {
  const lifecycleEvent = (step: 'start' | 'exit'): EcsEvent => {
    const type = isThread ? `thread-${step}` : step
    return { category: 'process', type, action: `process-${type}` }
  }
  if (operations & OPERATION.exit) return lifecycleEvent('exit')
  if (operations & (OPERATION.clone | OPERATION.exec)) return lifecycleEvent('start')
  if (operations & OPERATION.setuid) return { category: 'process', type: 'change', action: 'process-change' }
  return { category: 'process', type: 'start', action: 'process-start' }
}

/** A flow that only opened and closed its file has neither read nor written it, whatever its open flags. */
export function ecsFileFlow(operations: number, hasRead: boolean, hasWritten: boolean): EcsEvent {
  const reads = hasRead && (operations & OPERATION.read) !== 0
  const writes = hasWritten && (operations & OPERATION.write) !== 0
  const action = `file-access${reads ? '-read' : ''}${writes ? '-write' : ''}`
  return { category: 'file', type: writes ? 'change' : 'access', action }
}

export function ecsFileEvent(operations: number): EcsEvent {
  if (operations & OPERATION.mkdir) return { category: 'directory', type: 'creation', action: 'directory-create' }
  if (operations & OPERATION.rmdir) return { category: 'directory', type: 'deletion', action: 'directory-delete' }
  if (operations & OPERATION.unlink) return { category: 'file', type: 'deletion', action: 'file-delete' }
  if (operations & (OPERATION.link | OPERATION.symlink)) return { category: 'file', type: 'change', action: 'file-link' }
  if (operations & OPERATION.rename) return { category: 'file', type: 'change', action: 'file-rename' }
  return { category: 'file', type: 'change', action: 'file-change' }
}

/** `hasTarget`: the second file of the event is its target. `isSymlinkCreation`: the first file is then a symbolic link. */
export const hasTarget = (operations: number): boolean =>
  (operations & (OPERATION.mkdir | OPERATION.rmdir | OPERATION.unlink)) === 0 &&
  (operations & (OPERATION.link | OPERATION.symlink | OPERATION.rename)) !== 0
export const isSymlinkCreation = (operations: number): boolean => (operations & OPERATION.symlink) !== 0

export const ECS_NETWORK_FLOW: EcsEvent = { category: 'network', type: 'connection', action: 'network-connection-traffic' }

/** `action` is the symbol of the wire format. */
export const ecsKubernetesEvent = (action: string): EcsEvent => ({
  category: 'orchestration',
  type: KUBERNETES_TYPES[action] ?? 'info',
  action,
})

const KUBERNETES_TYPES: Readonly<Record<string, string>> = {
  K8S_COMPONENT_ADDED: 'creation',
  K8S_COMPONENT_DELETED: 'deletion',
  K8S_COMPONENT_MODIFIED: 'change',
  K8S_COMPONENT_ERROR: 'error',
}

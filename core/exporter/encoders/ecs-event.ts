// SPDX-License-Identifier: Apache-2.0
import { READ, SETUID, WRITE } from '../../record/derive/flags.js'

/** What kind of event a record is in the words of the Elastic Common Schema. */
export interface EcsEvent {
  readonly category: string
  readonly type: string
  readonly action: string
}

/** The first operation of the list counts. */
export function processEvent(operations: number, isThread: boolean): EcsEvent {
  const of = (what: 'start' | 'exit'): EcsEvent => {
    const type = isThread ? `thread-${what}` : what
    return { category: 'process', type, action: `process-${type}` }
  }
  if (operations & EXIT) return of('exit')
  if (operations & (CLONE | EXEC)) return of('start')
  if (operations & SETUID) return { category: 'process', type: 'change', action: 'process-change' }
  return { category: 'process', type: 'start', action: 'process-start' }
}

/** A flow that only opened and closed its file neither read nor wrote it, whatever it asked for. */
export function fileFlow(operations: number, hasRead: boolean, hasWritten: boolean): EcsEvent {
  const reads = hasRead && (operations & READ) !== 0
  const writes = hasWritten && (operations & WRITE) !== 0
  const action = `file-access${reads ? '-read' : ''}${writes ? '-write' : ''}`
  return { category: 'file', type: writes ? 'change' : 'access', action }
}

export function fileEvent(operations: number): EcsEvent {
  if (operations & MKDIR) return { category: 'directory', type: 'creation', action: 'directory-create' }
  if (operations & RMDIR) return { category: 'directory', type: 'deletion', action: 'directory-delete' }
  if (operations & UNLINK) return { category: 'file', type: 'deletion', action: 'file-delete' }
  if (operations & (LINK | SYMLINK)) return { category: 'file', type: 'change', action: 'file-link' }
  if (operations & RENAME) return { category: 'file', type: 'change', action: 'file-rename' }
  return { category: 'file', type: 'change', action: 'file-change' }
}

/** Whether the second file of a file event is its target, and whether the first is then a symbolic link. */
export const hasTarget = (operations: number): boolean =>
  (operations & (MKDIR | RMDIR | UNLINK)) === 0 && (operations & (LINK | SYMLINK | RENAME)) !== 0
export const makesSymlink = (operations: number): boolean => (operations & SYMLINK) !== 0

export const NETWORK_FLOW: EcsEvent = { category: 'network', type: 'connection', action: 'network-connection-traffic' }

/** `action` is the symbol of the wire format. */
export const kubernetesEvent = (action: string): EcsEvent => ({
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

const CLONE = 1
const EXEC = 2
const EXIT = 4
const MKDIR = 32768
const RMDIR = 65536
const LINK = 131072
const UNLINK = 262144
const SYMLINK = 524288
const RENAME = 1048576

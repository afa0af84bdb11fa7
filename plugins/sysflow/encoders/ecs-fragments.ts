// SPDX-License-Identifier: Apache-2.0
import { clockTimestamp } from '../../../core/contract/clock.js'
import { fragment } from '../../../core/exporter/encoders/fragment.js'
import { jsonText, jsonTexts } from '../../../core/exporter/json-text.js'
import { ancestorCommandLine, ownCommandLine } from '../attributes/derive/command-lines.js'
import { containerTypeName } from '../attributes/derive/names.js'
import { baseName, directoryName, splitSocketPath } from '../attributes/derive/paths.js'
import type { Actor, Container, FileName, Header, Pod, PodService, Process } from '../entities/entities.js'

/** The parts of an ECS document that depend only on one entity. The keys of a section are in alphabetical order. */

export class EcsHeaderFragments {
  readonly host: Buffer

  constructor(header: Header) {
    this.host = fragment(`,"host":{"id":${jsonText(header.exporter)},"ip":${jsonText(header.ip)}}`)
  }
}

/** Fragments of one actor under one header. */
export class EcsActorFragments {
  /** `host`, `container`, `orchestrator`, `pod`, `service`. */
  readonly prefix: Buffer
  /**
   * `process` and `user` of a row in the main thread of its process: `closed` ends with the document, `open` ends before
   * `tags`.
   */
  readonly closed: Buffer
  readonly open: Buffer
  /** Fragments of any other row: `beforeThread` ends before the thread id; `rest` starts after it and ends before `tags`. */
  readonly beforeThread: Buffer
  readonly rest: Buffer

  constructor(
    actor: Actor,
    readonly header: EcsHeaderFragments,
  ) {
    const { process, container, pod } = actor
    const containerPart = container.id === '' ? '' : containerText(container)
    this.prefix = fragment(header.host.toString() + containerPart + (pod.id === '' ? '' : podText(pod)))
    const beforeThread = fragment(processText(process, actor.parent?.process))
    const thread = fragment(String(process.pid))
    this.closed = Buffer.concat([beforeThread, thread, fragment(userText(process)), CLOSE])
    this.open = this.closed.subarray(0, -CLOSE.length)
    this.beforeThread = this.closed.subarray(0, beforeThread.length)
    this.rest = this.open.subarray(beforeThread.length + thread.length)
  }
}

export class EcsFileFragments {
  /** `file` up to the position of `target_path`; undefined for a file without a path, whose name is its descriptor. */
  readonly names: Buffer | undefined
  /** `type` and the end of `file`. */
  readonly type: Buffer
  /** `target_path`, if this is the second file of an event. */
  readonly asTarget: Buffer

  constructor(name: FileName) {
    const { path } = splitSocketPath(name.path)
    const type = FILE_TYPES[name.resourceType] ?? 'unknown'
    this.names =
      path === '' ? undefined : fragment(type === 'dir' ? `,"file":{"directory":${jsonText(path)}` : namesText(name.path, path))
    this.type = fragment(`,"type":"${type}"}`)
    this.asTarget = fragment(path === '' ? '' : `,"target_path":${jsonText(path)}`)
  }
}

const CLOSE = fragment('}')

function namesText(rawPath: string, path: string): string {
  const name = baseName(rawPath)
  return `,"file":{"directory":${jsonText(directoryName(path))},"name":${jsonText(name)}${path === name ? '' : `,"path":${jsonText(path)}`}`
}

/** File types by character code of the resource type. */
const FILE_TYPES: Readonly<Record<number, string>> = { 102: 'file', 100: 'dir', 117: 'socket', 112: 'pipe' }

function containerText(container: Container): string {
  const image =
    container.imageId === '' ? '' : `"image":{"id":${jsonText(container.imageId)},"name":${jsonText(container.image)}},`
  return `,"container":{"id":${jsonText(container.id)},${image}"name":${jsonText(container.name)},"runtime":${jsonText(containerTypeName(container.type))},"sf_privileged":${container.privileged}}`
}

function podText(pod: Pod): string {
  const services = pod.services.length === 0 ? '' : `,"service":[${pod.services.map(serviceText).join(',')}]`
  return `${orchestratorText(pod.namespace, pod.name, 'pod')},"pod":{"hostip":${jsonTexts(pod.hostIps)},"id":${jsonText(pod.id)},"internalip":${jsonTexts(pod.internalIps)},"name":${jsonText(pod.name)},"namespace":${jsonText(pod.namespace)},"nodename":${jsonText(pod.nodeName)},"restartcnt":${pod.restartCount},"ts":"${clockTimestamp(pod.tsHigh, pod.tsLow)}"}${services}`
}

export const orchestratorText = (namespace: string, name: string, type: string): string =>
  `,"orchestrator":{"namespace":${jsonText(namespace)},"resource":{"name":${jsonText(name)},"type":${jsonText(type)}},"type":"kubernetes"}`

const serviceText = (service: PodService): string =>
  `{"clusterip":${jsonTexts(service.clusterIps)},"id":${jsonText(service.id)},"name":${jsonText(service.name)},"namespace":${jsonText(service.namespace)},"ports":[${service.portList.map(portText).join(',')}]}`

const portText = (port: PodService['portList'][number]): string =>
  `{"nodeport":${port.nodePort},"port":${port.port},"proto":${jsonText(port.proto)},"targetport":${port.targetPort}}`

/** The parent's id and start come from the process. The other fields come from the parent's own record, which may be missing. */
function processText(process: Process, parent: Process | undefined): string {
  const exe = parent?.exe ?? ''
  const args = parent?.args ?? ''
  const parentStart = clockTimestamp(process.parentCreateHigh, process.parentCreateLow)
  const parentSection = `{"args":${jsonText(args)},"command_line":${jsonText(ancestorCommandLine(exe, args))},"executable":${jsonText(exe)},"name":${jsonText(baseName(exe))},"pid":${process.parentPid},"start":"${parentStart}"}`
  return `,"process":{"args":${jsonText(process.args)},"command_line":${jsonText(ownCommandLine(process.exe, process.args))},"executable":${jsonText(process.exe)},"name":${jsonText(baseName(process.exe))},"parent":${parentSection},"pid":${process.pid},"start":"${clockTimestamp(process.createHigh, process.createLow)}","thread":{"id":`
}

function userText({ gid, groupName, uid, userName }: Process): string {
  const name = (text: string): string => (text === '' ? '' : `,"name":${jsonText(text)}`)
  return `}},"user":{"group":{"id":${gid}${name(groupName)}},"id":${uid}${name(userName)}}`
}

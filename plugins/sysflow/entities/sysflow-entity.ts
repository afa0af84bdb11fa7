// SPDX-License-Identifier: Apache-2.0
import {
  type Actor,
  CONTAINER_TYPES,
  type Container,
  type FileEntity,
  type Header,
  OBJECT_STATES,
  type Pod,
  type PodService,
  type Process,
} from './entities.js'

/**
 * An entity as handlers receive it: the decoded record, with the entities that it belongs to at that moment. Handlers may
 * retain it. Clocks are nanoseconds since 1970.
 */
export type SysFlowEntity = SysFlowHeader | SysFlowContainer | SysFlowPod | SysFlowProcess | SysFlowFile

/** The host and trace that all following records belong to. It invalidates all entities reported before it. */
export interface SysFlowHeader {
  readonly kind: 'header'
  readonly version: number
  readonly exporter: string
  readonly ip: string
  readonly filename: string
}

export interface SysFlowContainer {
  readonly kind: 'container'
  readonly id: string
  readonly name: string
  readonly image: string
  readonly imageId: string
  /** For example DOCKER, CONTAINERD. */
  readonly type: string
  readonly isPrivileged: boolean
  readonly podId: string | null
}

export interface SysFlowPod {
  readonly kind: 'pod'
  readonly time: bigint
  readonly id: string
  readonly name: string
  readonly node: string
  readonly namespace: string
  readonly hostIps: readonly string[]
  readonly internalIps: readonly string[]
  readonly restarts: number
  readonly labels: ReadonlyMap<string, string>
  readonly selectors: ReadonlyMap<string, string>
  readonly services: readonly PodService[]
}

/** The properties of a process itself, without its relations. */
export interface SysFlowProgram {
  readonly state: ObjectState
  readonly pid: number
  /** Creation time. With `pid` it identifies the process. */
  readonly created: bigint
  readonly time: bigint
  readonly exe: string
  readonly args: string
  readonly uid: number
  readonly user: string
  readonly gid: number
  readonly group: string
  readonly hasTerminal: boolean
  /** True for the first process of its container. */
  readonly isEntry: boolean
  readonly cwd: string
  readonly env: readonly string[]
}

export interface SysFlowProcess extends SysFlowProgram, EntityLocation {
  readonly kind: 'process'
  /** Parent first. The list ends where a parent is unknown. */
  readonly ancestors: readonly SysFlowProgram[]
}

export interface SysFlowFile extends EntityLocation {
  readonly kind: 'file'
  readonly state: ObjectState
  readonly time: bigint
  /** 40 hexadecimal digits. */
  readonly oid: string
  /** One character: f file, d directory, u Unix socket, p pipe, 4 and 6 sockets; empty if unknown. */
  readonly type: string
  readonly path: string
}

/** Null on the host, or if the record has not been read. */
interface EntityLocation {
  readonly container: SysFlowContainer | null
  readonly pod: SysFlowPod | null
}

type ObjectState = (typeof OBJECT_STATES)[number]

export const toSysFlowHeader = ({ version, exporter, ip, filename }: Header): SysFlowHeader => ({
  kind: 'header',
  version,
  exporter,
  ip,
  filename,
})

export const toSysFlowContainer = (container: Container): SysFlowContainer => ({
  kind: 'container',
  id: container.id,
  name: container.name,
  image: container.image,
  imageId: container.imageId,
  type: CONTAINER_TYPES[container.type] ?? '',
  isPrivileged: container.privileged,
  podId: container.podId,
})

export const toSysFlowPod = (pod: Pod): SysFlowPod => ({
  kind: 'pod',
  time: nanoseconds(pod.tsHigh, pod.tsLow),
  id: pod.id,
  name: pod.name,
  node: pod.nodeName,
  namespace: pod.namespace,
  hostIps: pod.hostIps,
  internalIps: pod.internalIps,
  restarts: pod.restartCount,
  labels: pod.labels,
  selectors: pod.selectors,
  services: pod.services,
})

/** `parent`: the nearest ancestor. */
export const toSysFlowProcess = (process: Process, parent: Actor | null, container: Container, pod: Pod): SysFlowProcess => ({
  kind: 'process',
  ...toSysFlowProgram(process),
  ancestors: [...ancestorsFrom(parent)].map(toSysFlowProgram),
  ...entityLocationOf(container, pod),
})

export const toSysFlowFile = (file: FileEntity, container: Container, pod: Pod): SysFlowFile => ({
  kind: 'file',
  state: stateOf(file.state),
  time: nanoseconds(file.tsHigh, file.tsLow),
  oid: file.oid,
  type: file.resourceType === 0 ? '' : String.fromCharCode(file.resourceType),
  path: file.path,
  ...entityLocationOf(container, pod),
})

const toSysFlowProgram = (process: Process): SysFlowProgram => ({
  state: stateOf(process.state),
  pid: process.pid,
  created: nanoseconds(process.createHigh, process.createLow),
  time: nanoseconds(process.tsHigh, process.tsLow),
  exe: process.exe,
  args: process.args,
  uid: process.uid,
  user: process.userName,
  gid: process.gid,
  group: process.groupName,
  hasTerminal: process.tty,
  isEntry: process.entry,
  cwd: process.cwd,
  env: process.env,
})

const entityLocationOf = (container: Container, pod: Pod): EntityLocation => ({
  container: container.isKnown ? toSysFlowContainer(container) : null,
  pod: pod.isKnown ? toSysFlowPod(pod) : null,
})

function* ancestorsFrom(parent: Actor | null): Generator<Process, void> {
  for (let actor = parent; actor !== null; actor = actor.parent) yield actor.process
}

const stateOf = (state: number): ObjectState => OBJECT_STATES[state] ?? 'REUP'

const nanoseconds = (high: number, low: number): bigint => (BigInt(high) << 32n) | BigInt(low >>> 0)

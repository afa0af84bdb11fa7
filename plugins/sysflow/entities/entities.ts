// SPDX-License-Identifier: Apache-2.0
import type { CacheEntry, Entity } from '../../../core/contract/record-adapter.js'
import { hexOfWords } from './text-decoding.js'

/**
 * The entities that SysFlow events refer to. Each object is one decoded record of the trace and never changes: a newer record
 * of the same id creates a new object. 64-bit clocks are stored as signed high and unsigned low 32 bits, in nanoseconds. A
 * missing entity is the empty object of its kind, whose `isKnown` is false; it is never null.
 */

export const OBJECT_STATES = ['CREATED', 'MODIFIED', 'REUP'] as const
export const CONTAINER_TYPES = [
  'DOCKER',
  'LXC',
  'LIBVIRT_LXC',
  'MESOS',
  'RKT',
  'CUSTOM',
  'CRI',
  'CONTAINERD',
  'CRIO',
  'BPM',
] as const
// biome-ignore format: enumeration symbols in wire order
export const K8S_COMPONENTS = [
  'K8S_NODES', 'K8S_NAMESPACES', 'K8S_PODS', 'K8S_REPLICATIONCONTROLLERS', 'K8S_SERVICES', 'K8S_EVENTS', 'K8S_REPLICASETS',
  'K8S_DAEMONSETS', 'K8S_DEPLOYMENTS', 'K8S_UNKNOWN',
] as const
// biome-ignore format: enumeration symbols in wire order
export const K8S_ACTIONS = [
  'K8S_COMPONENT_ADDED', 'K8S_COMPONENT_MODIFIED', 'K8S_COMPONENT_DELETED', 'K8S_COMPONENT_ERROR', 'K8S_COMPONENT_NONEXISTENT',
  'K8S_COMPONENT_UNKNOWN',
] as const

/** SFHeader: the host and trace that all following records belong to. */
export class Header implements Entity {
  cache: CacheEntry | null = null
  constructor(
    readonly isKnown: boolean,
    readonly version: number,
    readonly exporter: string,
    /** Dotted; `NA` if the writer's schema has no such field. */
    readonly ip: string,
    readonly filename: string,
  ) {}
}

export class Container {
  constructor(
    readonly isKnown: boolean,
    readonly id: string,
    /** `name` and `image` are without white space at their ends. */
    readonly name: string,
    readonly image: string,
    readonly imageId: string,
    /** Index into {@link CONTAINER_TYPES}; -1 if there is no container. */
    readonly type: number,
    readonly privileged: boolean,
    readonly podId: string | null,
  ) {}
}

export interface PodPort {
  readonly port: number
  readonly targetPort: number
  readonly nodePort: number
  readonly proto: string
}

export interface PodService {
  readonly name: string
  readonly id: string
  readonly namespace: string
  readonly portList: readonly PodPort[]
  /** Dotted. */
  readonly clusterIps: readonly string[]
}

export class Pod {
  constructor(
    readonly isKnown: boolean,
    readonly tsHigh: number,
    readonly tsLow: number,
    readonly id: string,
    /** `name`, `nodeName` and `namespace` are without white space at their ends. */
    readonly name: string,
    readonly nodeName: string,
    /** Dotted. */
    readonly hostIps: readonly string[],
    readonly internalIps: readonly string[],
    readonly namespace: string,
    readonly restartCount: number,
    readonly labels: ReadonlyMap<string, string>,
    readonly selectors: ReadonlyMap<string, string>,
    readonly services: readonly PodService[],
  ) {}
}

export class Process {
  constructor(
    readonly isKnown: boolean,
    /** Index into {@link OBJECT_STATES}. */
    readonly state: number,
    readonly createHigh: number,
    readonly createLow: number,
    readonly pid: number,
    readonly hasParent: boolean,
    readonly parentCreateHigh: number,
    readonly parentCreateLow: number,
    readonly parentPid: number,
    readonly tsHigh: number,
    readonly tsLow: number,
    /** `exe` and `args` are without white space at their ends. */
    readonly exe: string,
    readonly args: string,
    readonly uid: number,
    readonly userName: string,
    readonly gid: number,
    readonly groupName: string,
    readonly tty: boolean,
    readonly entry: boolean,
    readonly containerId: string | null,
    readonly cwd: string,
    readonly env: readonly string[],
  ) {}
}

/**
 * The process that performs an event, with its ancestors, container and pod at one moment. While none of them changes, all
 * events of the process share one actor, so values that depend only on these are cached with the actor.
 */
export class Actor implements Entity {
  cache: CacheEntry | null = null
  constructor(
    readonly process: Process,
    /** Null at the first ancestor that has no parent, that has an unknown parent, or that closes a cycle. */
    readonly parent: Actor | null,
    readonly container: Container,
    readonly pod: Pod,
  ) {}
}

/**
 * The type and path of a file. Files with equal type and path mostly share one object, within a trace and across traces, so
 * values that depend only on these two are cached with it.
 */
export class FileName implements Entity {
  cache: CacheEntry | null = null
  constructor(
    /** Character code of the resource type, 0 if unknown. */
    readonly resourceType: number,
    /** Without white space at its ends; may have two kernel addresses before a socket's path. */
    readonly path: string,
  ) {}
}

/** A file, directory, Unix socket or pipe: anything that has a path. */
export class FileEntity {
  constructor(
    readonly isKnown: boolean,
    readonly state: number,
    /** The 20 bytes of the identity as signed little-endian words. */
    readonly id0: number,
    readonly id1: number,
    readonly id2: number,
    readonly id3: number,
    readonly id4: number,
    /** Time of the record. Both halves are signed, so they need no heap memory. */
    readonly tsHigh: number,
    readonly tsLow: number,
    readonly name: FileName,
    readonly containerId: string | null,
  ) {}

  get resourceType(): number {
    return this.name.resourceType
  }

  get path(): string {
    return this.name.path
  }

  /** Identity as 40 lower-case hex digits, computed on each access; empty if there is no file. */
  get oid(): string {
    return this.isKnown ? hexOfWords(this.id0, this.id1, this.id2, this.id3, this.id4) : ''
  }
}

export interface K8sEvent {
  /** Index into {@link K8S_COMPONENTS}. */
  readonly kind: number
  /** Index into {@link K8S_ACTIONS}. */
  readonly action: number
  /** JSON text, without the newlines and NULs that collectors append. */
  readonly message: string
}

export const noHeader = (): Header => new Header(false, 0, '', '', '')
export const NO_CONTAINER = new Container(false, '', '', '', '', -1, false, null)
export const NO_POD = new Pod(false, 0, 0, '', '', '', [], [], '', 0, new Map(), new Map(), [])
export const NO_PROCESS = new Process(false, 0, 0, 0, 0, false, 0, 0, 0, 0, 0, '', '', 0, '', 0, '', false, false, null, '', [])
/** Each reader has its own unknown actor, because cache entries are stored with it. */
export const unknownActor = (): Actor => new Actor(NO_PROCESS, null, NO_CONTAINER, NO_POD)
export const noFile = (): FileEntity => new FileEntity(false, 0, 0, 0, 0, 0, 0, 0, 0, new FileName(0, ''), null)

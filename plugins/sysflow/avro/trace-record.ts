// SPDX-License-Identifier: Apache-2.0
import type { CONTAINER_TYPES, K8S_ACTIONS, K8S_COMPONENTS, OBJECT_STATES } from '../entities/entities.js'

/**
 * One record as it is written in a trace: names and types of the wire format (version 5), clocks as bigint nanoseconds.
 * Addresses are signed 32-bit numbers whose lowest byte is the first octet; a file id is 20 bytes.
 */
export type TraceRecord =
  | { readonly branch: 'H'; readonly record: HeaderRecord }
  | { readonly branch: 'C'; readonly record: ContainerRecord }
  | { readonly branch: 'P'; readonly record: ProcessRecord }
  | { readonly branch: 'F'; readonly record: FileRecord }
  | { readonly branch: 'PE'; readonly record: ProcessEventRecord }
  | { readonly branch: 'NF'; readonly record: NetworkFlowRecord }
  | { readonly branch: 'FF'; readonly record: FileFlowRecord }
  | { readonly branch: 'FE'; readonly record: FileEventRecord }
  | { readonly branch: 'NE'; readonly record: NetworkEventRecord }
  | { readonly branch: 'PF'; readonly record: ProcessFlowRecord }
  | { readonly branch: 'PD'; readonly record: PodRecord }
  | { readonly branch: 'KE'; readonly record: K8sEventRecord }

export type ObjectState = (typeof OBJECT_STATES)[number]

export interface ObjectId {
  readonly createTS: bigint
  readonly hpid: number
}

export interface HeaderRecord {
  readonly version: number
  readonly exporter: string
  readonly ip: string
  readonly filename: string
}

export interface ContainerRecord {
  readonly id: string
  readonly name: string
  readonly image: string
  readonly imageid: string
  readonly type: `CT_${(typeof CONTAINER_TYPES)[number]}`
  readonly privileged: boolean
  readonly podId: string | null
}

export interface ProcessRecord {
  readonly state: ObjectState
  readonly oid: ObjectId
  readonly poid: ObjectId | null
  readonly ts: bigint
  readonly exe: string
  readonly exeArgs: string
  readonly uid: number
  readonly userName: string
  readonly gid: number
  readonly groupName: string
  readonly tty: boolean
  readonly containerId: string | null
  readonly entry: boolean
  readonly cwd: string
  readonly env: readonly string[]
}

export interface FileRecord {
  readonly state: ObjectState
  readonly oid: Buffer
  readonly ts: bigint
  /** Character code of the resource type. */
  readonly restype: number
  readonly path: string
  readonly containerId: string | null
}

interface EventStart {
  readonly procOID: ObjectId
  readonly ts: bigint
  readonly tid: number
  readonly opFlags: number
}

interface Endpoints {
  readonly sip: number
  readonly sport: number
  readonly dip: number
  readonly dport: number
  readonly proto: number
}

interface FlowEnd {
  readonly endTs: bigint
  readonly fd: number
  readonly numRRecvOps: number
  readonly numWSendOps: number
  readonly numRRecvBytes: number
  readonly numWSendBytes: number
}

export interface ProcessEventRecord extends EventStart {
  readonly args: readonly string[]
  readonly ret: number
}

export interface NetworkFlowRecord extends EventStart, Endpoints, FlowEnd {}

export interface FileFlowRecord extends EventStart, FlowEnd {
  readonly openFlags: number
  readonly fileOID: Buffer
}

export interface FileEventRecord extends EventStart {
  readonly fileOID: Buffer
  readonly ret: number
  readonly newFileOID: Buffer | null
}

export interface NetworkEventRecord extends EventStart, Endpoints {
  readonly ret: number
}

export interface ProcessFlowRecord {
  readonly procOID: ObjectId
  readonly ts: bigint
  readonly numThreadsCloned: number
  readonly opFlags: number
  readonly endTs: bigint
  readonly numThreadsExited: number
  readonly numCloneErrors: number
}

export interface PortRecord {
  readonly port: number
  readonly targetPort: number
  readonly nodePort: number
  readonly proto: string
}

export interface ServiceRecord {
  readonly name: string
  readonly id: string
  readonly namespace: string
  readonly portList: readonly PortRecord[]
  readonly clusterIP: readonly number[]
}

export interface PodRecord {
  readonly ts: bigint
  readonly id: string
  readonly name: string
  readonly nodeName: string
  readonly hostIP: readonly number[]
  readonly internalIP: readonly number[]
  readonly namespace: string
  readonly restartCount: number
  readonly labels: Readonly<Record<string, string>>
  readonly selectors: Readonly<Record<string, string>>
  readonly services: readonly ServiceRecord[]
}

export interface K8sEventRecord {
  readonly kind: (typeof K8S_COMPONENTS)[number]
  readonly action: (typeof K8S_ACTIONS)[number]
  readonly ts: bigint
  readonly message: string
}

// SPDX-License-Identifier: Apache-2.0
import type { BranchKind } from '../entities/branch-kinds.js'
import { CONTAINER_TYPES, K8S_ACTIONS, K8S_COMPONENTS, OBJECT_STATES } from '../entities/entities.js'

/**
 * How a known field is read. `optional` fields may have no value by definition; any other field may also be in a union with
 * null.
 */
export type FieldKind =
  | 'clock'
  | 'long'
  | 'int'
  | 'boolean'
  | 'text'
  | 'optional text'
  | 'path'
  | 'oid'
  | 'optional oid'
  | 'foid'
  | 'optional foid'
  | 'texts'
  | 'addresses'
  | 'text map'
  | 'services'
  | EnumerationName
export type EnumerationName = keyof typeof ENUMERATIONS

/** Symbols in the order of our indices, and the symbol for unknown newer symbols. */
export const ENUMERATIONS = {
  state: { symbols: OBJECT_STATES, prefix: '', fallback: 'REUP' },
  containerType: { symbols: CONTAINER_TYPES, prefix: 'CT_', fallback: 'CUSTOM' },
  k8sComponent: { symbols: K8S_COMPONENTS, prefix: '', fallback: 'K8S_UNKNOWN' },
  k8sAction: { symbols: K8S_ACTIONS, prefix: '', fallback: 'K8S_COMPONENT_UNKNOWN' },
} as const satisfies Record<string, { symbols: readonly string[]; prefix: string; fallback: string }>

/** Branches that are decoded; the others are skipped. */
export type DecodedKind = Exclude<BranchKind, 'NE' | 'PF' | 'unknown'>

export const BRANCH_KIND_BY_NAME: ReadonlyMap<string, BranchKind> = new Map([
  ['sysflow.entity.SFHeader', 'H'],
  ['sysflow.entity.Container', 'C'],
  ['sysflow.entity.Process', 'P'],
  ['sysflow.entity.File', 'F'],
  ['sysflow.event.ProcessEvent', 'PE'],
  ['sysflow.flow.NetworkFlow', 'NF'],
  ['sysflow.flow.FileFlow', 'FF'],
  ['sysflow.event.FileEvent', 'FE'],
  ['sysflow.event.NetworkEvent', 'NE'],
  ['sysflow.flow.ProcessFlow', 'PF'],
  ['sysflow.entity.Pod', 'PD'],
  ['sysflow.event.K8sEvent', 'KE'],
])

const EVENT_FIELDS = { procOID: 'oid', ts: 'clock', tid: 'long', opFlags: 'int' } as const
const COUNTER_FIELDS = { numRRecvOps: 'long', numWSendOps: 'long', numRRecvBytes: 'long', numWSendBytes: 'long' } as const

/** The decoded fields of each branch, by name. Other fields of a writer's schema are skipped. */
export const DECODED_FIELDS: Readonly<Record<DecodedKind, Readonly<Record<string, FieldKind>>>> = {
  H: { version: 'long', exporter: 'text', ip: 'text', filename: 'text' },
  C: { id: 'text', name: 'text', image: 'text', imageid: 'text', type: 'containerType', privileged: 'boolean', podId: 'optional text' },
  P: {
    state: 'state', oid: 'oid', poid: 'optional oid', ts: 'clock', exe: 'text', exeArgs: 'text', uid: 'int', userName: 'text',
    gid: 'int', groupName: 'text', tty: 'boolean', containerId: 'optional text', entry: 'boolean', cwd: 'text', env: 'texts',
  },
  F: { state: 'state', oid: 'foid', ts: 'clock', restype: 'int', path: 'path', containerId: 'optional text' },
  PE: { ...EVENT_FIELDS, args: 'texts', ret: 'int' },
  NF: { ...EVENT_FIELDS, endTs: 'clock', sip: 'int', sport: 'int', dip: 'int', dport: 'int', proto: 'int', fd: 'int', ...COUNTER_FIELDS },
  FF: { ...EVENT_FIELDS, openFlags: 'int', endTs: 'clock', fileOID: 'foid', fd: 'int', ...COUNTER_FIELDS },
  FE: { ...EVENT_FIELDS, fileOID: 'foid', ret: 'int', newFileOID: 'optional foid' },
  PD: {
    ts: 'clock', id: 'text', name: 'text', nodeName: 'text', hostIP: 'addresses', internalIP: 'addresses', namespace: 'text',
    restartCount: 'long', labels: 'text map', selectors: 'text map', services: 'services',
  },
  KE: { kind: 'k8sComponent', action: 'k8sAction', ts: 'clock', message: 'text' },
} // biome-ignore format: read as a table

/** Fields without which a record is useless: a schema that lacks one is rejected. Any other field has a default. */
export const MANDATORY_FIELDS: Readonly<Record<DecodedKind, readonly string[]>> = {
  H: [],
  C: ['id'],
  P: ['oid'],
  F: ['oid'],
  PE: ['procOID', 'ts'],
  NF: ['procOID', 'ts'],
  FF: ['procOID', 'ts'],
  FE: ['procOID', 'ts'],
  PD: ['id'],
  KE: ['ts'],
}

/** Values of fields that the writer's schema lacks, if not 0, '', false or an empty list. */
export const FIELD_DEFAULTS: Readonly<Record<string, string | number>> = {
  'H.version': 5,
  'H.ip': 'NA',
  'P.state': 2,
  'F.state': 2,
}

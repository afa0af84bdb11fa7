// SPDX-License-Identifier: Apache-2.0
import { CONTAINER_TYPES, K8S_ACTIONS, K8S_COMPONENTS, OBJECT_STATES } from '../entities/entities.js'

/** Avro schema of a SysFlow record, format version 5: the schema of traces that we write and of socket messages. */
export const SCHEMA_VERSION = 5

/** Union branches in wire order: short name → full name. */
export const BRANCH_NAME_BY_KIND = {
  H: 'sysflow.entity.SFHeader',
  C: 'sysflow.entity.Container',
  P: 'sysflow.entity.Process',
  F: 'sysflow.entity.File',
  PE: 'sysflow.event.ProcessEvent',
  NF: 'sysflow.flow.NetworkFlow',
  FF: 'sysflow.flow.FileFlow',
  FE: 'sysflow.event.FileEvent',
  NE: 'sysflow.event.NetworkEvent',
  PF: 'sysflow.flow.ProcessFlow',
  PD: 'sysflow.entity.Pod',
  KE: 'sysflow.event.K8sEvent',
} as const

export type AvroSchema = string | readonly AvroSchema[] | { readonly [key: string]: AvroSchemaValue }
type AvroSchemaValue = AvroSchema | number | boolean | null | readonly string[]

const field = (name: string, type: AvroSchema) => ({ name, type })
const record = (name: string, fields: readonly { readonly [key: string]: AvroSchemaValue }[]): AvroSchema => ({
  type: 'record',
  name,
  fields,
})
const enumeration = (name: string, symbols: readonly string[]): AvroSchema => ({ type: 'enum', name, symbols })
const list = (items: AvroSchema): AvroSchema => ({ type: 'array', items })
const optional = (type: AvroSchema): AvroSchema => ['null', type]

const TEXT_MAP: AvroSchema = { type: 'map', values: 'string' }
const ADDRESSES = list({ type: 'long', logicalType: 'ipaddr' })

/** Avro requires a name to be defined at its first occurrence and only referenced after it. */
const OID = 'sysflow.type.OID'
const FOID = 'sysflow.type.FOID'
const OBJECT_STATE = 'sysflow.type.SFObjectState'

const EVENT_START = [field('procOID', OID), field('ts', 'long'), field('tid', 'long'), field('opFlags', 'int')]
const ENDPOINTS = ['sip', 'sport', 'dip', 'dport', 'proto'].map(name => field(name, 'int'))
const COUNTERS = ['numRRecvOps', 'numWSendOps', 'numRRecvBytes', 'numWSendBytes'].map(name => field(name, 'long'))

export const SCHEMA_V5: AvroSchema = record('sysflow.SysFlow', [
  field('rec', [
    record(BRANCH_NAME_BY_KIND.H, [
      { ...field('version', 'long'), default: SCHEMA_VERSION },
      field('exporter', 'string'),
      { ...field('ip', 'string'), default: 'NA' },
      field('filename', 'string'),
    ]),
    record(BRANCH_NAME_BY_KIND.C, [
      field('id', 'string'),
      field('name', 'string'),
      field('image', 'string'),
      field('imageid', 'string'),
      field(
        'type',
        enumeration(
          'sysflow.type.ContainerType',
          CONTAINER_TYPES.map(type => `CT_${type}`),
        ),
      ),
      field('privileged', 'boolean'),
      field('podId', optional('string')),
    ]),
    record(BRANCH_NAME_BY_KIND.P, [
      field('state', enumeration(OBJECT_STATE, OBJECT_STATES)),
      field('oid', record(OID, [field('createTS', 'long'), field('hpid', 'long')])),
      field('poid', optional(OID)),
      field('ts', 'long'),
      field('exe', 'string'),
      field('exeArgs', 'string'),
      field('uid', 'int'),
      field('userName', 'string'),
      field('gid', 'int'),
      field('groupName', 'string'),
      field('tty', 'boolean'),
      field('containerId', optional('string')),
      { ...field('entry', 'boolean'), default: false },
      field('cwd', 'string'),
      field('env', list('string')),
    ]),
    record(BRANCH_NAME_BY_KIND.F, [
      field('state', OBJECT_STATE),
      field('oid', { type: 'fixed', name: FOID, size: 20 }),
      field('ts', 'long'),
      field('restype', 'int'),
      field('path', 'string'),
      field('containerId', optional('string')),
    ]),
    record(BRANCH_NAME_BY_KIND.PE, [...EVENT_START, field('args', list('string')), field('ret', 'int')]),
    record(BRANCH_NAME_BY_KIND.NF, [...EVENT_START, field('endTs', 'long'), ...ENDPOINTS, field('fd', 'int'), ...COUNTERS]),
    record(BRANCH_NAME_BY_KIND.FF, [
      ...EVENT_START,
      field('openFlags', 'int'),
      field('endTs', 'long'),
      field('fileOID', FOID),
      field('fd', 'int'),
      ...COUNTERS,
    ]),
    record(BRANCH_NAME_BY_KIND.FE, [
      ...EVENT_START,
      field('fileOID', FOID),
      field('ret', 'int'),
      field('newFileOID', optional(FOID)),
    ]),
    record(BRANCH_NAME_BY_KIND.NE, [...EVENT_START, ...ENDPOINTS, field('ret', 'int')]),
    record(BRANCH_NAME_BY_KIND.PF, [
      field('procOID', OID),
      field('ts', 'long'),
      field('numThreadsCloned', 'long'),
      field('opFlags', 'int'),
      field('endTs', 'long'),
      field('numThreadsExited', 'long'),
      field('numCloneErrors', 'long'),
    ]),
    record(BRANCH_NAME_BY_KIND.PD, [
      field('ts', 'long'),
      field('id', 'string'),
      field('name', 'string'),
      field('nodeName', 'string'),
      field('hostIP', ADDRESSES),
      field('internalIP', ADDRESSES),
      field('namespace', 'string'),
      field('restartCount', 'long'),
      field('labels', TEXT_MAP),
      field('selectors', TEXT_MAP),
      field(
        'services',
        list(
          record('sysflow.type.Service', [
            field('name', 'string'),
            field('id', 'string'),
            field('namespace', 'string'),
            field(
              'portList',
              list(
                record('sysflow.type.Port', [
                  field('port', 'int'),
                  field('targetPort', 'int'),
                  field('nodePort', 'int'),
                  field('proto', 'string'),
                ]),
              ),
            ),
            field('clusterIP', ADDRESSES),
          ]),
        ),
      ),
    ]),
    record(BRANCH_NAME_BY_KIND.KE, [
      field('kind', enumeration('sysflow.type.K8sComponent', K8S_COMPONENTS)),
      field('action', enumeration('sysflow.type.K8sAction', K8S_ACTIONS)),
      field('ts', 'long'),
      field('message', 'string'),
    ]),
  ]),
])

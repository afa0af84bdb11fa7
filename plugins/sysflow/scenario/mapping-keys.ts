// SPDX-License-Identifier: Apache-2.0

import type { ContainerRecord } from '../avro/trace-record.js'
import { CONTAINER_TYPES } from '../entities/entities.js'
import { ADDRESS, COUNT, choice, DURATION, FLAG, INT, NAME, TEXT, TIMESTAMP, type ValueKind } from './values.js'
import { PROCESS_OPTIONS } from './verbs.js'

export const RESOURCE_TYPE = choice({
  file: 'f',
  directory: 'd',
  socket: 'u',
  pipe: 'p',
  eventfd: 'e',
  unknown: '?',
})

export const CONTAINER_TYPE = choice(
  Object.fromEntries(CONTAINER_TYPES.map(type => [type.toLowerCase(), `CT_${type}`] satisfies [string, ContainerRecord['type']])),
)

/** The value is a nested mapping or list. */
const NESTED = undefined

type MappingKeys = Readonly<Record<string, ValueKind<unknown> | undefined>>

/** The keys of every mapping of a scenario file, each with the kind of its value. The keys of events are in verbs.ts. */
export const MAPPING_KEYS = {
  scenario: {
    about: TEXT,
    trace: NESTED,
    start: TIMESTAMP,
    users: NESTED,
    pods: NESTED,
    containers: NESTED,
    files: NESTED,
    processes: NESTED,
    libraries: TEXT,
    events: NESTED,
    variants: NESTED,
  },
  trace: { exporter: TEXT, ip: ADDRESS, filename: TEXT },
  user: { uid: INT, gid: INT, group: TEXT },
  pod: {
    id: TEXT,
    name: TEXT,
    node: TEXT,
    namespace: TEXT,
    'host-ips': ADDRESS,
    ips: ADDRESS,
    labels: NESTED,
    selectors: NESTED,
    restarts: COUNT,
    services: NESTED,
  },
  service: { name: TEXT, id: TEXT, namespace: TEXT, ports: NESTED, ips: ADDRESS },
  port: { port: INT, target: INT, node: INT, protocol: TEXT },
  container: { id: TEXT, name: TEXT, image: TEXT, 'image-id': TEXT, type: CONTAINER_TYPE, privileged: FLAG, pod: TEXT },
  file: { type: RESOURCE_TYPE, container: TEXT },
  process: { ...PROCESS_OPTIONS, pid: COUNT, parent: TEXT, age: DURATION },
  repeat: { repeat: COUNT, every: DURATION, as: NAME, events: NESTED },
} as const satisfies Record<string, MappingKeys>

export const keysOf = (mapping: keyof typeof MAPPING_KEYS): readonly string[] => Object.keys(MAPPING_KEYS[mapping])

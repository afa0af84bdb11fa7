// SPDX-License-Identifier: Apache-2.0
import { CONTAINER_TYPES } from '../entities/entities.js'
import type { ContainerRecord } from '../avro/trace-record.js'
import { ADDRESS, COUNT, choice, DURATION, FLAG, INT, MOMENT, NAME, TEXT, type ValueKind } from './values.js'
import { IDENTITY } from './verbs.js'

export const RESOURCE = choice({
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

/** The value is a mapping or a list of its own. */
const INNER = undefined

type Keys = Readonly<Record<string, ValueKind<unknown> | undefined>>

/** The keys of every mapping of a scenario file, each with what its value is; those of events stand in verbs.ts. */
export const KEYS = {
  scenario: {
    about: TEXT,
    trace: INNER,
    start: MOMENT,
    users: INNER,
    pods: INNER,
    containers: INNER,
    files: INNER,
    processes: INNER,
    libraries: TEXT,
    events: INNER,
    variants: INNER,
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
    labels: INNER,
    selectors: INNER,
    restarts: COUNT,
    services: INNER,
  },
  service: { name: TEXT, id: TEXT, namespace: TEXT, ports: INNER, ips: ADDRESS },
  port: { port: INT, target: INT, node: INT, protocol: TEXT },
  container: { id: TEXT, name: TEXT, image: TEXT, 'image-id': TEXT, type: CONTAINER_TYPE, privileged: FLAG, pod: TEXT },
  file: { type: RESOURCE, container: TEXT },
  process: { ...IDENTITY, pid: COUNT, parent: TEXT, age: DURATION },
  repeat: { repeat: COUNT, every: DURATION, as: NAME, events: INNER },
} as const satisfies Record<string, Keys>

export const keysOf = (mapping: keyof typeof KEYS): readonly string[] => Object.keys(KEYS[mapping])

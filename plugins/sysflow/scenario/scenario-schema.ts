// SPDX-License-Identifier: Apache-2.0

import { DRAFT, type JsonSchema, when } from '../../../core/contract/json-schema.js'
import { MAPPING_KEYS } from './mapping-keys.js'
import {
  ADDRESS,
  CONNECT_TARGET,
  COUNT,
  DURATION,
  ENDPOINT,
  FLAG,
  INT,
  LOCAL_ENDPOINT,
  NAME,
  PATH,
  TEXT,
  TIMESTAMP,
  type ValueKind,
} from './values.js'
import { OPEN_FLAGS, REQUIRED_OPTIONS, VERB_NAMES, VERBS, type Verb, type VerbDefinition } from './verbs.js'

/**
 * JSON schema of a scenario file, for editors. Any value may contain counters, so the program itself checks numbers and words.
 */
export function scenarioSchema(): JsonSchema {
  return {
    $schema: DRAFT,
    title: 'Scenario of sfprocessor',
    description: 'The entities at the start of a trace, and the events that follow.',
    ...mapping('scenario', {
      trace: { $ref: '#/definitions/trace' },
      users: byName(
        { anyOf: [SCALAR, { $ref: '#/definitions/user' }] },
        'Users: a number, or uid, gid and group. root need not be declared.',
      ),
      pods: byName({ $ref: '#/definitions/pod' }, 'Kubernetes pods.'),
      containers: byName({ $ref: '#/definitions/container' }, 'Containers.'),
      files: byName(
        { anyOf: [valueSchema(MAPPING_KEYS.file.type), { $ref: '#/definitions/file' }] },
        'Files that are not regular files, by path.',
      ),
      processes: byName({ $ref: '#/definitions/process' }, 'Processes that run at the start of the trace.'),
      events: {
        $ref: '#/definitions/tracks',
        description: 'Events in chronological order; or several named lists, which run in parallel.',
      },
      variants: byName({ $ref: '#/definitions/tracks' }, 'Instead of events: several scenarios with the same entities.'),
    }),
    anyOf: [{ required: ['events'] }, { required: ['variants'] }],
    definitions: {
      ...Object.fromEntries([...KINDS].map(([kind, name]) => [`value-${name}`, describedValue(kind)])),
      trace: mapping('trace'),
      user: { ...mapping('user'), required: ['uid'] },
      pod: mapping('pod', {
        labels: byName(VALUE, 'Labels.'),
        selectors: byName(VALUE, 'Selectors.'),
        services: { type: 'array', items: { $ref: '#/definitions/service' } },
      }),
      service: { ...mapping('service', { ports: { type: 'array', items: { $ref: '#/definitions/port' } } }), required: ['name'] },
      port: { ...mapping('port'), required: ['port'] },
      container: mapping('container'),
      file: mapping('file'),
      process: { ...mapping('process'), required: ['exe'] },
      tracks: {
        anyOf: [{ $ref: '#/definitions/events' }, { type: 'object', additionalProperties: { $ref: '#/definitions/events' } }],
      },
      events: { type: 'array', items: { $ref: '#/definitions/event' } },
      event: {
        type: 'object',
        anyOf: ['repeat', ...VERB_NAMES].map(verb => ({ required: [verb] })),
        allOf: [
          when({ required: ['repeat'] }, { $ref: '#/definitions/repeat' }),
          ...VERB_NAMES.map(verb => when({ required: [verb] }, { $ref: `#/definitions/${verb}` })),
        ],
      },
      repeat: { ...mapping('repeat', { events: { $ref: '#/definitions/events' } }), required: ['repeat', 'events'] },
      ...Object.fromEntries((Object.keys(VERBS) as Verb[]).map(verb => [verb, eventSchema(verb)])),
    },
  }
}

const SCALAR = { type: ['string', 'number', 'boolean'] }
const VALUE: JsonSchema = { type: ['string', 'number', 'boolean', 'null', 'array'], items: SCALAR }

const byName = (schema: JsonSchema, description: string): JsonSchema => ({
  type: ['object', 'null'],
  description,
  additionalProperties: { anyOf: [schema, { type: 'null' }] },
})

/** Schema of a mapping; `inner` has the schemas of its values that are mappings or lists. */
function mapping(name: keyof typeof MAPPING_KEYS, inner: Readonly<Record<string, JsonSchema>> = {}): JsonSchema {
  const keys: Readonly<Record<string, ValueKind<unknown> | undefined>> = MAPPING_KEYS[name]
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(keys).map(([key, kind]) => [key, inner[key] ?? valueSchema(kind)])),
    additionalProperties: false,
  }
}

function eventSchema(verb: Verb): JsonSchema {
  const { target, options }: VerbDefinition = VERBS[verb]
  const properties = Object.entries(options).map(([key, kind]) => [key, key === 'message' ? MESSAGE : valueSchema(kind)])
  return {
    type: 'object',
    properties: { [verb]: valueSchema(target), ...Object.fromEntries(properties) },
    required: [...(verb === 'k8s' ? [] : ['by']), ...(REQUIRED_OPTIONS[verb] ?? [])],
    additionalProperties: false,
  }
}

const MESSAGE = { type: ['object', 'string'], description: 'Message of the cluster about it.' }

/** Kinds of values by their name in the schema. Any other kind is described in place. */
const KINDS: ReadonlyMap<ValueKind<unknown>, string> = new Map<ValueKind<unknown>, string>([
  [TEXT, 'text'],
  [NAME, 'name'],
  [PATH, 'path'],
  [COUNT, 'count'],
  [INT, 'integer'],
  [FLAG, 'flag'],
  [DURATION, 'duration'],
  [TIMESTAMP, 'moment'],
  [ADDRESS, 'address'],
  [ENDPOINT, 'endpoint'],
  [LOCAL_ENDPOINT, 'near-end'],
  [CONNECT_TARGET, 'target'],
  [OPEN_FLAGS, 'open-flags'],
])

function valueSchema(kind: ValueKind<unknown> | undefined): JsonSchema {
  const name = kind && KINDS.get(kind)
  return name === undefined ? describedValue(kind) : { $ref: `#/definitions/value-${name}` }
}

/** A choice of words, or a text with a counter; otherwise any value, with a description of the expected value. */
function describedValue(kind: ValueKind<unknown> | undefined): JsonSchema {
  if (!kind) return VALUE
  if (kind.choices) return { anyOf: [{ enum: kind.choices }, { type: 'string', pattern: '\\$\\{' }] }
  return { ...VALUE, description: `It must be ${kind.expected}.` }
}

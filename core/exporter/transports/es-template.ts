// SPDX-License-Identifier: Apache-2.0
import type { NameTemplate } from '../name-template.js'

/** A field's type in the store, or the fields of an object. */
export interface FieldMapping {
  readonly type?: string
  readonly properties?: Readonly<Record<string, FieldMapping>>
  readonly [setting: string]: unknown
}

/** Names, ids, words of a fixed set. */
const WORD: FieldMapping = { type: 'keyword', ignore_above: 1024 }
/** Paths and command lines: as long as the store takes, which is 32,766 bytes. */
const LONG_WORD: FieldMapping = { type: 'keyword', ignore_above: 8191 }
const COMMAND: FieldMapping = { ...LONG_WORD, fields: { text: { type: 'text', norms: false } } }
const NUMBER: FieldMapping = { type: 'long' }
/** Empty where the collector did not know it; the document shall not be refused for that. */
const IP: FieldMapping = { type: 'ip', ignore_malformed: true }
/** Events of one millisecond keep their order. */
const CLOCK: FieldMapping = { type: 'date_nanos' }
/** Starts may lie outside the range of nanoseconds. */
const DATE: FieldMapping = { type: 'date' }
const FLAG: FieldMapping = { type: 'boolean' }
/** Kept, not searched. */
const KEPT: FieldMapping = { type: 'keyword', index: false, doc_values: false }

const fields = (properties: Readonly<Record<string, FieldMapping>>): FieldMapping => ({ properties })

const PROGRAM = { args: LONG_WORD, command_line: COMMAND, executable: LONG_WORD, name: LONG_WORD, pid: NUMBER, start: DATE }
const END = fields({ address: WORD, bytes: NUMBER, ip: IP, packets: NUMBER, port: NUMBER })

/** The type of every field that ECS output has. */
export const ECS_MAPPING: FieldMapping & { readonly properties: Readonly<Record<string, FieldMapping>> } = {
  dynamic: false,
  // Actions of rules choose the names.
  dynamic_templates: [{ labels: { path_match: 'labels.*', mapping: WORD } }],
  properties: {
    '@timestamp': CLOCK,
    agent: fields({ type: WORD, version: WORD }),
    ecs: fields({ version: WORD }),
    event: fields({
      action: WORD,
      category: WORD,
      duration: NUMBER,
      end: CLOCK,
      kind: WORD,
      original: KEPT,
      reason: LONG_WORD,
      severity: NUMBER,
      sf_ret: NUMBER,
      sf_type: WORD,
      start: CLOCK,
      type: WORD,
    }),
    host: fields({ id: WORD, ip: IP }),
    container: fields({ id: WORD, image: fields({ id: WORD, name: WORD }), name: WORD, runtime: WORD, sf_privileged: FLAG }),
    orchestrator: fields({ namespace: WORD, resource: fields({ name: WORD, type: WORD }), type: WORD }),
    pod: fields({
      hostip: IP,
      id: WORD,
      internalip: IP,
      name: WORD,
      namespace: WORD,
      nodename: WORD,
      restartcnt: NUMBER,
      ts: DATE,
    }),
    service: fields({
      clusterip: IP,
      id: WORD,
      name: WORD,
      namespace: WORD,
      ports: fields({ nodeport: NUMBER, port: NUMBER, proto: WORD, targetport: NUMBER }),
    }),
    file: fields({ directory: LONG_WORD, name: LONG_WORD, path: LONG_WORD, target_path: LONG_WORD, type: WORD }),
    sf_file_action: fields({ bytes_read: NUMBER, bytes_written: NUMBER, read_ops: NUMBER, write_ops: NUMBER }),
    network: fields({ bytes: NUMBER, community_id: WORD, iana_number: WORD, protocol: WORD }),
    source: END,
    destination: END,
    process: fields({ ...PROGRAM, parent: fields(PROGRAM), thread: fields({ id: NUMBER }) }),
    user: fields({ group: fields({ id: WORD, name: WORD }), id: WORD, name: WORD }),
    tags: WORD,
    labels: { type: 'object', dynamic: true },
  },
}

/** A composable index template for every index that a name template can make, with the name to install it under. */
export function indexTemplate({ prefix, isFixed }: Pick<NameTemplate, 'prefix' | 'isFixed'>): { name: string; body: Buffer } {
  const template = {
    index_patterns: [isFixed ? prefix : `${prefix}*`],
    priority: 200,
    template: { mappings: ECS_MAPPING },
    _meta: { description: 'System telemetry in the Elastic Common Schema' },
  }
  return { name: `${prefix.replace(/[-_.]+$/, '')}-ecs`, body: Buffer.from(`${JSON.stringify(template, null, 2)}\n`) }
}

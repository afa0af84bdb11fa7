// SPDX-License-Identifier: Apache-2.0
import type { NameTemplate } from '../name-template.js'

/** A field's type in the store, or the fields of an object. */
export interface EcsFieldMapping {
  readonly type?: string
  readonly properties?: Readonly<Record<string, EcsFieldMapping>>
  readonly [setting: string]: unknown
}

/** Names, ids, values of a fixed set. */
const KEYWORD: EcsFieldMapping = { type: 'keyword', ignore_above: 1024 }
/** Paths and command lines: as long as the store allows, which is 32,766 bytes. */
const LONG_KEYWORD: EcsFieldMapping = { type: 'keyword', ignore_above: 8191 }
const COMMAND_LINE: EcsFieldMapping = { ...LONG_KEYWORD, fields: { text: { type: 'text', norms: false } } }
const LONG: EcsFieldMapping = { type: 'long' }
/** Empty where the collector did not know the address; such a document must not be rejected. */
const IP: EcsFieldMapping = { type: 'ip', ignore_malformed: true }
/** Preserves the order of events within one millisecond. */
const DATE_NANOS: EcsFieldMapping = { type: 'date_nanos' }
/** Start times may lie outside the range of nanoseconds. */
const DATE: EcsFieldMapping = { type: 'date' }
const BOOLEAN: EcsFieldMapping = { type: 'boolean' }
/** Stored, not indexed. */
const UNINDEXED_KEYWORD: EcsFieldMapping = { type: 'keyword', index: false, doc_values: false }

const objectMapping = (properties: Readonly<Record<string, EcsFieldMapping>>): EcsFieldMapping => ({ properties })

const PROCESS_FIELDS = {
  args: LONG_KEYWORD,
  command_line: COMMAND_LINE,
  executable: LONG_KEYWORD,
  name: LONG_KEYWORD,
  pid: LONG,
  start: DATE,
}
const ENDPOINT = objectMapping({ address: KEYWORD, bytes: LONG, ip: IP, packets: LONG, port: LONG })

/** The type of every field of ECS output. */
export const ECS_MAPPING: EcsFieldMapping & { readonly properties: Readonly<Record<string, EcsFieldMapping>> } = {
  dynamic: false,
  // Actions of rules choose the names.
  dynamic_templates: [{ labels: { path_match: 'labels.*', mapping: KEYWORD } }],
  properties: {
    '@timestamp': DATE_NANOS,
    agent: objectMapping({ type: KEYWORD, version: KEYWORD }),
    ecs: objectMapping({ version: KEYWORD }),
    event: objectMapping({
      action: KEYWORD,
      category: KEYWORD,
      duration: LONG,
      end: DATE_NANOS,
      kind: KEYWORD,
      original: UNINDEXED_KEYWORD,
      reason: LONG_KEYWORD,
      severity: LONG,
      sf_ret: LONG,
      sf_type: KEYWORD,
      start: DATE_NANOS,
      type: KEYWORD,
    }),
    host: objectMapping({ id: KEYWORD, ip: IP }),
    container: objectMapping({
      id: KEYWORD,
      image: objectMapping({ id: KEYWORD, name: KEYWORD }),
      name: KEYWORD,
      runtime: KEYWORD,
      sf_privileged: BOOLEAN,
    }),
    orchestrator: objectMapping({ namespace: KEYWORD, resource: objectMapping({ name: KEYWORD, type: KEYWORD }), type: KEYWORD }),
    pod: objectMapping({
      hostip: IP,
      id: KEYWORD,
      internalip: IP,
      name: KEYWORD,
      namespace: KEYWORD,
      nodename: KEYWORD,
      restartcnt: LONG,
      ts: DATE,
    }),
    service: objectMapping({
      clusterip: IP,
      id: KEYWORD,
      name: KEYWORD,
      namespace: KEYWORD,
      ports: objectMapping({ nodeport: LONG, port: LONG, proto: KEYWORD, targetport: LONG }),
    }),
    file: objectMapping({
      directory: LONG_KEYWORD,
      name: LONG_KEYWORD,
      path: LONG_KEYWORD,
      target_path: LONG_KEYWORD,
      type: KEYWORD,
    }),
    sf_file_action: objectMapping({ bytes_read: LONG, bytes_written: LONG, read_ops: LONG, write_ops: LONG }),
    network: objectMapping({ bytes: LONG, community_id: KEYWORD, iana_number: KEYWORD, protocol: KEYWORD }),
    source: ENDPOINT,
    destination: ENDPOINT,
    process: objectMapping({ ...PROCESS_FIELDS, parent: objectMapping(PROCESS_FIELDS), thread: objectMapping({ id: LONG }) }),
    user: objectMapping({ group: objectMapping({ id: KEYWORD, name: KEYWORD }), id: KEYWORD, name: KEYWORD }),
    tags: KEYWORD,
    labels: { type: 'object', dynamic: true },
  },
}

/** A composable index template for all indices that match a name template, and the name to install it under. */
export function indexTemplate({ prefix, isFixed }: Pick<NameTemplate, 'prefix' | 'isFixed'>): { name: string; body: Buffer } {
  const template = {
    index_patterns: [isFixed ? prefix : `${prefix}*`],
    priority: 200,
    template: { mappings: ECS_MAPPING },
    _meta: { description: 'System telemetry in the Elastic Common Schema' },
  }
  return { name: `${prefix.replace(/[-_.]+$/, '')}-ecs`, body: Buffer.from(`${JSON.stringify(template, null, 2)}\n`) }
}

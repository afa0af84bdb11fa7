// SPDX-License-Identifier: Apache-2.0

import { Attributes, type LogRecord, NO_ATTRIBUTES, type Resource, type Scope } from '../../core/exporter/otlp/log-records.js'
import type { Policy, Rule } from '../../core/policy/policy.js'
import { OtelBatch } from '../../plugins/otel/otel-batch.js'
import { BenchRandom } from './bench-random.js'
import { FILE_ENDINGS, NOUNS, OPTIONS, TOOLS } from './word-lists.js'

const ATTRIBUTE_NAMES = ['url.path', 'user_agent.original', 'message'] as const
const BATCH_SIZE = 1000
/** Share of records that contain the literal of some rule: rules about attacks match seldom. */
const SHARE_OF_MATCHES = 0.02

const scope: Scope = { name: 'bench', version: '', attributes: NO_ATTRIBUTES, dropped: 0, schemaUrl: '' }

/** Rules that each check whether one of three attributes contains a text; the first ones are the same for any count. */
export function logRules(count: number): Policy {
  const rules = Array.from({ length: count }, (_, number): Rule => {
    const attribute = ATTRIBUTE_NAMES[number % ATTRIBUTE_NAMES.length] as string
    return {
      name: `Generated ${number}`,
      description: '',
      priority: 'low',
      tags: [],
      prefilter: [],
      enabled: true,
      actions: [],
      position: { file: 'generated', line: number + 1, column: 1 },
      condition: {
        kind: 'criterion',
        criterion: {
          operator: 'contains',
          left: { kind: 'attribute', attribute, path: '' },
          right: [{ kind: 'literal', text: ruleText(number) }],
        },
      },
    }
  })
  return { rules, filters: [] }
}

/** The text that rule `number` matches; it is unique to the rule. */
function ruleText(number: number): string {
  const random = new BenchRandom(number)
  return `${random.pick(TOOLS)}-${random.pick(NOUNS)}.${number}`
}

/** Access log records in batches; those that match any of the first 30 rules are the same for all counts of rules. */
export function logRecords(count: number): readonly OtelBatch[] {
  const random = new BenchRandom(3)
  return Array.from({ length: Math.ceil(count / BATCH_SIZE) }, () => {
    const records = Array.from({ length: BATCH_SIZE }, () => accessRecord(random))
    const batch = new OtelBatch()
    batch.append([{ resource: resourceOf(random), scopes: [{ scope, records }] }], 0)
    return batch
  })
}

const resourceOf = (random: BenchRandom): Resource => ({
  attributes: new Attributes([{ key: 'host.name', value: `${random.pick(NOUNS)}-${random.below(20)}` }]),
  dropped: 0,
  schemaUrl: '',
})

function accessRecord(random: BenchRandom): LogRecord {
  const path = `/${random.pick(NOUNS)}/${random.pick(NOUNS)}/${random.pick(OPTIONS)}.${random.pick(FILE_ENDINGS)}?id=${random.below(1e6)}`
  const agent = `Mozilla/5.0 (X11; Linux x86_64) ${random.pick(TOOLS)}/${random.below(30)}.0 ${random.pick(NOUNS)}`
  const found = random.chance(SHARE_OF_MATCHES) ? ` ${ruleText(2 + 3 * random.below(10))}` : ''
  return {
    time: 1_700_000_000_000_000_000n,
    observed: 0n,
    severity: 9,
    severityText: '',
    body: undefined,
    attributes: new Attributes([
      { key: 'url.path', value: path },
      { key: 'user_agent.original', value: agent },
      { key: 'http.response.status_code', value: BigInt(random.pick([200, 200, 200, 304, 404, 500])) },
      { key: 'message', value: `GET ${path} ${random.below(100_000)} ${random.pick(NOUNS)} ${random.pick(OPTIONS)}${found}` },
    ]),
    dropped: 0,
    flags: 0,
    traceId: '',
    spanId: '',
    eventName: '',
  }
}

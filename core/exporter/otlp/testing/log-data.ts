// SPDX-License-Identifier: Apache-2.0
import type { AnyValue } from '../../../contract/any-value.js'
import type { SeededRandom } from '../../../policy/testing/random-policy.js'
import { Attributes, type LogRecord, type Resource, type ResourceLogs, type Scope } from '../log-records.js'

/** Log data for tests; fields that are not given are empty. */
export const attributesOf = (values: Readonly<Record<string, AnyValue>>): Attributes =>
  new Attributes(Object.entries(values).map(([key, value]) => ({ key, value })))

export const logRecord = (values: Readonly<Record<string, AnyValue>> = {}, given: Partial<LogRecord> = {}): LogRecord => ({
  time: 0n,
  observed: 0n,
  severity: 0,
  severityText: '',
  body: undefined,
  attributes: attributesOf(values),
  dropped: 0,
  flags: 0,
  traceId: '',
  spanId: '',
  eventName: '',
  ...given,
})

export const scope = (values: Readonly<Record<string, AnyValue>> = {}, name = ''): Scope => ({
  name,
  version: '',
  attributes: attributesOf(values),
  dropped: 0,
  schemaUrl: '',
})

export const resource = (values: Readonly<Record<string, AnyValue>> = {}): Resource => ({
  attributes: attributesOf(values),
  dropped: 0,
  schemaUrl: '',
})

export const resourceLogs = (
  resourceAttributes: Readonly<Record<string, AnyValue>>,
  ...records: readonly LogRecord[]
): ResourceLogs => ({
  resource: resource(resourceAttributes),
  scopes: [{ scope: scope({}, 'test'), records }],
})

/** Random log data with every kind of field. */
export function randomLogs(random: SeededRandom): ResourceLogs {
  const values = (): Readonly<Record<string, AnyValue>> =>
    Object.fromEntries(random.listOf(3, () => [random.pick(['a', 'b', 'http', 'é']), randomAny(random, 3)]))
  const hex = (bytes: number): string =>
    random.below(2) === 0 ? '' : Array.from({ length: bytes }, () => random.below(256).toString(16).padStart(2, '0')).join('')
  const record = (): LogRecord =>
    logRecord(values(), {
      time: random.pick([0n, 1n, 1700000000000000001n, 2n ** 64n - 1n]),
      observed: random.pick([0n, 1700000000000000002n]),
      severity: random.below(25),
      severityText: random.pick(['', 'WARN']),
      body: random.below(3) === 0 ? undefined : randomAny(random, 3),
      dropped: random.pick([0, 3, 4_294_967_295]),
      flags: random.pick([0, 1, 4_294_967_295]),
      traceId: hex(16),
      spanId: hex(8),
      eventName: random.pick(['', 'exec']),
    })
  return {
    resource: { ...resource(values()), dropped: random.below(2), schemaUrl: random.pick(['', 'https://example.org/1']) },
    scopes: random.listOf(2, () => ({
      scope: { ...scope(values(), random.pick(['', 'lib'])), version: random.pick(['', '1.2']) },
      records: random.listOf(3, record),
    })),
  }
}

function randomAny(random: SeededRandom, depth: number): AnyValue {
  switch (random.below(depth > 0 ? 9 : 6)) {
    case 0:
      return random.below(2) === 1
    case 1:
      return random.pick([0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 9007199254740993n])
    case 2:
      return random.pick([0, -1.5, 1e300, Number.NaN, Number.NEGATIVE_INFINITY])
    case 3:
      return Buffer.from(random.listOf(4, () => random.below(256)))
    case 4:
      return null
    case 6:
      return random.listOf(3, () => randomAny(random, depth - 1))
    case 7:
    case 8:
      return { entries: random.listOf(3, () => ({ key: random.pick(['a', 'x']), value: randomAny(random, depth - 1) })) }
    default:
      return random.pick(['', 'GET', '"quoted" \\ \n', 'é\u{1f600}', '<&>'])
  }
}

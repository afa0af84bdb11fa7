// SPDX-License-Identifier: Apache-2.0
import type { AnyValue } from '../../../core/contract/any-value.js'
import { Attributes, type LogRecord, type Resource, type ResourceLogs, type Scope } from '../log-records.js'
import type { Dice } from '../../../core/policy/testing/random-policy.js'

/** Log data for tests: what is not given says nothing. */
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

export const resourceLogs = (ofResource: Readonly<Record<string, AnyValue>>, ...records: readonly LogRecord[]): ResourceLogs => ({
  resource: resource(ofResource),
  scopes: [{ scope: scope({}, 'test'), records }],
})

/** Log data with everything in it, of every kind. */
export function randomLogs(dice: Dice): ResourceLogs {
  const values = (): Readonly<Record<string, AnyValue>> =>
    Object.fromEntries(dice.several(3, () => [dice.pick(['a', 'b', 'http', 'é']), randomAny(dice, 3)]))
  const hex = (bytes: number): string =>
    dice.roll(2) === 0 ? '' : Array.from({ length: bytes }, () => dice.roll(256).toString(16).padStart(2, '0')).join('')
  const record = (): LogRecord =>
    logRecord(values(), {
      time: dice.pick([0n, 1n, 1700000000000000001n, 2n ** 64n - 1n]),
      observed: dice.pick([0n, 1700000000000000002n]),
      severity: dice.roll(25),
      severityText: dice.pick(['', 'WARN']),
      body: dice.roll(3) === 0 ? undefined : randomAny(dice, 3),
      dropped: dice.pick([0, 3, 4_294_967_295]),
      flags: dice.pick([0, 1, 4_294_967_295]),
      traceId: hex(16),
      spanId: hex(8),
      eventName: dice.pick(['', 'exec']),
    })
  return {
    resource: { ...resource(values()), dropped: dice.roll(2), schemaUrl: dice.pick(['', 'https://example.org/1']) },
    scopes: dice.several(2, () => ({
      scope: { ...scope(values(), dice.pick(['', 'lib'])), version: dice.pick(['', '1.2']) },
      records: dice.several(3, record),
    })),
  }
}

function randomAny(dice: Dice, depth: number): AnyValue {
  switch (dice.roll(depth > 0 ? 9 : 6)) {
    case 0:
      return dice.roll(2) === 1
    case 1:
      return dice.pick([0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 9007199254740993n])
    case 2:
      return dice.pick([0, -1.5, 1e300, Number.NaN, Number.NEGATIVE_INFINITY])
    case 3:
      return Buffer.from(dice.several(4, () => dice.roll(256)))
    case 4:
      return null
    case 6:
      return dice.several(3, () => randomAny(dice, depth - 1))
    case 7:
    case 8:
      return { entries: dice.several(3, () => ({ key: dice.pick(['a', 'x']), value: randomAny(dice, depth - 1) })) }
    default:
      return dice.pick(['', 'GET', '"quoted" \\ \n', 'é\u{1f600}', '<&>'])
  }
}

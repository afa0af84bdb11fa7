// SPDX-License-Identifier: Apache-2.0
import { Fault } from '../../../core/errors/fault.js'
import { type Counters, fill } from './counters.js'
import type { Event } from './scenario.js'
import type { Word } from './sheet.js'
import type { ValueKind } from './values.js'

/** An option's value with these counters put in; undefined if it is not given. */
export function optional<T>(event: Event, key: string, kind: ValueKind<T>, counters: Counters): T | undefined {
  const word = event.options.get(key)
  return word && parsed(key, word, kind, counters)
}

/** The event's target, with these counters put in. */
export const targetOf = <T>(event: Event, kind: ValueKind<T>, counters: Counters): T =>
  parsed(event.verb, event.target, kind, counters)

export const textsOf = (event: Event, key: string, counters: Counters): readonly string[] | undefined =>
  event.options.get(key)?.items.map(item => fill(item, counters))

function parsed<T>(key: string, word: Word, kind: ValueKind<T>, counters: Counters): T {
  const text = fill(word.text, counters)
  const value = kind.parse(text)
  if (value !== undefined) return value
  throw new Fault('SFP_SCENARIO_VALUE', { key, expected: kind.expected, value: text.slice(0, 100) }, { place: word.place })
}

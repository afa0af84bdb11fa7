// SPDX-License-Identifier: Apache-2.0

import { sysflowFault } from '../../errors.js'
import type { ScenarioEvent } from '../scenario.js'
import type { ValueKind } from '../values.js'
import type { YamlValue } from '../yaml-document.js'
import { type Counters, expandCounters } from './counters.js'

/** The value of an option, with counters replaced; undefined if the option is not given. */
export function optionalValue<T>(event: ScenarioEvent, key: string, kind: ValueKind<T>, counters: Counters): T | undefined {
  const yamlValue = event.options.get(key)
  return yamlValue && parseEventValue(key, yamlValue, kind, counters)
}

/** The event's target, with counters replaced. */
export const eventTarget = <T>(event: ScenarioEvent, kind: ValueKind<T>, counters: Counters): T =>
  parseEventValue(event.verb, event.target, kind, counters)

export const optionalTexts = (event: ScenarioEvent, key: string, counters: Counters): readonly string[] | undefined =>
  event.options.get(key)?.items.map(item => expandCounters(item, counters))

function parseEventValue<T>(key: string, yamlValue: YamlValue, kind: ValueKind<T>, counters: Counters): T {
  const text = expandCounters(yamlValue.text, counters)
  const value = kind.parse(text)
  if (value !== undefined) return value
  throw sysflowFault(
    'SFP_SCENARIO_VALUE',
    { key, expected: kind.expected, value: text.slice(0, 100) },
    { position: yamlValue.position },
  )
}

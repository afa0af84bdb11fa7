// SPDX-License-Identifier: Apache-2.0
import { nearest } from '../../../core/errors/nearest.js'
import type { Event, Happening, Scenario } from './scenario.js'
import type { Sheet, Word } from './sheet.js'

/** Every process, user and container that an event names must be declared or, for processes, spawned by some event. */
export function checkNames(sheet: Sheet, scenario: Scenario): void {
  const events = scenario.tracks.flatMap(track => track.flatMap(eventsOf))
  const spawned = events.flatMap(event => (event.verb === 'spawn' ? [event.target.text] : []))
  const processes = new Set([...scenario.processes.keys(), ...spawned])
  for (const event of events) {
    checkName(sheet, 'process', event.options.get('by'), processes)
    checkName(sheet, 'user', event.verb === 'setuid' ? event.target : event.options.get('user'), scenario.users)
    checkName(sheet, 'container', event.options.get('container'), scenario.containers)
  }
}

/** What counters make of a name shows only when the scenario runs. */
export function checkName(
  sheet: Sheet,
  kind: string,
  word: Word | undefined,
  names: ReadonlySet<string> | ReadonlyMap<string, unknown>,
): void {
  if (!word || names.has(word.text) || word.text.includes('${')) return
  const known = [...names.keys()]
  const details = { kind, name: word.text, nearest: nearest(word.text, known) ?? '', known: known.slice(0, 20).join(', ') }
  sheet.fault('SFP_SCENARIO_UNKNOWN_NAME', word.place, details)
}

const eventsOf = (happening: Happening): readonly Event[] =>
  happening.kind === 'event' ? [happening] : happening.happenings.flatMap(eventsOf)

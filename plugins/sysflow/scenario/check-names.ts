// SPDX-License-Identifier: Apache-2.0
import { nearest } from '../../../core/errors/nearest.js'
import type { Scenario, ScenarioEvent, ScenarioStep } from './scenario.js'
import type { YamlDocument, YamlValue } from './yaml-document.js'

/** Checks that every process, user and container that an event names is declared; a process may also be spawned by an event. */
export function checkNames(document: YamlDocument, scenario: Scenario): void {
  const events = scenario.tracks.flatMap(track => track.flatMap(eventsOf))
  const spawned = events.flatMap(event => (event.verb === 'spawn' ? [event.target.text] : []))
  const processes = new Set([...scenario.processes.keys(), ...spawned])
  for (const event of events) {
    checkName(document, 'process', event.options.get('by'), processes)
    checkName(document, 'user', event.verb === 'setuid' ? event.target : event.options.get('user'), scenario.users)
    checkName(document, 'container', event.options.get('container'), scenario.containers)
  }
}

/** A name with counters is checked only when the scenario runs. */
export function checkName(
  document: YamlDocument,
  kind: string,
  yamlValue: YamlValue | undefined,
  names: ReadonlySet<string> | ReadonlyMap<string, unknown>,
): void {
  if (!yamlValue || names.has(yamlValue.text) || yamlValue.text.includes('${')) return
  const known = [...names.keys()]
  const details = {
    kind,
    name: yamlValue.text,
    nearest: nearest(yamlValue.text, known) ?? '',
    known: known.slice(0, 20).join(', '),
  }
  document.addFault('SFP_SCENARIO_UNKNOWN_NAME', yamlValue.position, details)
}

const eventsOf = (step: ScenarioStep): readonly ScenarioEvent[] => (step.kind === 'event' ? [step] : step.steps.flatMap(eventsOf))

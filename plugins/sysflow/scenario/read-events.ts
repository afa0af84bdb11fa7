// SPDX-License-Identifier: Apache-2.0
import { isMap, isSeq, type Node } from 'yaml'
import { keysOf } from './mapping-keys.js'
import type { RepeatStep, ScenarioEvent, ScenarioStep } from './scenario.js'
import { type Counters, expandCounters } from './simulate/counters.js'
import { COUNT, DURATION, NAME, type ValueKind } from './values.js'
import { isVerb, REQUIRED_OPTIONS, VERB_NAMES, VERBS, type Verb, type VerbDefinition } from './verbs.js'
import type { YamlDocument, YamlMapping, YamlValue } from './yaml-document.js'

/** Maximum nesting: deeper than hand-written files, and safe for the stack. */
const MAX_DEPTH = 20

/** Reads the events of a scenario: one list, or several named lists that run concurrently. Faults are added to `document`. */
export function readTracks(document: YamlDocument, node: Node): readonly (readonly ScenarioStep[])[] {
  if (isSeq(node)) return [readEvents(document, node, new Map(), 0)]
  const tracks = document.mapping(node, 'the events')
  if (!tracks) return []
  return tracks.keys.map(key => {
    const track = tracks.node(key)
    return track ? readEvents(document, track, new Map(), 0) : []
  })
}

function readEvents(document: YamlDocument, node: Node, counters: Counters, depth: number): ScenarioStep[] {
  if (depth > MAX_DEPTH) {
    document.addFault('SFP_SCENARIO_SHAPE', node, { section: 'a repeat', expected: `nested no deeper than ${MAX_DEPTH}` })
    return []
  }
  return document.list(node, 'a list of events').flatMap(item => {
    const isRepeat = isMap(item) && item.has('repeat')
    return (isRepeat ? readRepeat(document, item, counters, depth) : readEvent(document, item, counters)) ?? []
  })
}

function readRepeat(document: YamlDocument, node: Node, counters: Counters, depth: number): RepeatStep | undefined {
  const mapping = document.mapping(node, 'a repeat', keysOf('repeat'))
  const times = mapping && parseValue(document, 'repeat', mapping.requiredValue('repeat'), COUNT, counters)
  const every = mapping && parseValue(document, 'every', mapping.value('every'), DURATION, counters)
  const as = (mapping && parseValue(document, 'as', mapping.value('as'), NAME, counters)) ?? 'i'
  const events = mapping?.node('events')
  mapping?.requireKey('events')
  if (times === undefined || !events) return undefined
  return {
    kind: 'repeat',
    times,
    every,
    counterName: as,
    steps: readEvents(document, events, new Map([...counters, [as, 0]]), depth + 1),
  }
}

function readEvent(document: YamlDocument, node: Node, counters: Counters): ScenarioEvent | undefined {
  const mapping = document.mapping(node, 'an event')
  if (!mapping) return undefined
  const verb = verbOf(document, mapping)
  if (!verb) return undefined
  const definition: VerbDefinition = VERBS[verb]
  const known = [verb, ...Object.keys(definition.options)]
  document.mapping(node, `"${verb}"`, known)

  const target = mapping.requiredValue(verb)
  parseValue(document, verb, target, definition.target, counters)
  for (const key of REQUIRED_OPTIONS[verb] ?? []) mapping.requireKey(key)
  if (verb !== 'k8s') mapping.requireKey('by')
  const options = new Map<string, YamlValue>()
  for (const key of known.slice(1)) {
    const yamlValue = key === 'message' ? messageOf(mapping) : mapping.value(key)
    if (!yamlValue) continue
    parseValue(document, key, yamlValue, definition.options[key], counters)
    options.set(key, yamlValue)
  }
  return target && { kind: 'event', verb, target, options, position: mapping.position }
}

function verbOf(document: YamlDocument, mapping: YamlMapping): Verb | undefined {
  const verbs = mapping.keys.filter(isVerb)
  const [verb] = verbs
  if (verb && verbs.length === 1) return verb
  // If only one key is unknown, a misspelt verb is more likely than a missing one.
  const detail = verbs.length > 1 ? `does ${verbs.join(' and ')}` : `has the keys ${mapping.keys.join(', ') || 'none'}`
  document.addFault('SFP_SCENARIO_VERB', mapping.position, { detail, known: VERB_NAMES.join(', ') })
  return undefined
}

/** A Kubernetes message is written as a mapping; collectors append a newline and a NUL to it. */
function messageOf(mapping: YamlMapping): YamlValue | undefined {
  const node = mapping.node('message')
  if (!node || !isMap(node)) return mapping.value('message')
  return { text: JSON.stringify(node), items: [], position: mapping.position }
}

/** Checks a value with all counters at 0. A text that becomes invalid only at later counts is reported when it is used. */
export function parseValue<T>(
  document: YamlDocument,
  key: string,
  yamlValue: YamlValue | undefined,
  kind: ValueKind<T> | undefined,
  counters: Counters,
): T | undefined {
  if (!yamlValue || !kind) return undefined
  const parsed = kind.parse(expandCounters(yamlValue.text, counters))
  if (parsed === undefined) {
    document.addFault('SFP_SCENARIO_VALUE', yamlValue.position, {
      key,
      expected: kind.expected,
      value: yamlValue.text.slice(0, 100),
    })
  }
  return parsed
}

// SPDX-License-Identifier: Apache-2.0
import { isMap, isSeq, type Node } from 'yaml'
import { type Counters, fill } from './counters.js'
import { keysOf } from './keys.js'
import type { Event, Happening, Repeat } from './scenario.js'
import type { Section, Sheet, Word } from './sheet.js'
import { COUNT, DURATION, NAME, type ValueKind } from './values.js'
import { isVerb, NEEDED, VERB_NAMES, VERBS, type Verb, type VerbFacts } from './verbs.js'

/** Deeper nesting than anyone writes by hand, shallower than the stack. */
const DEEPEST = 20

/** The events of a scenario: one list, or several by name that go on at the same time. Faults are left with the sheet. */
export function readTracks(sheet: Sheet, node: Node): readonly (readonly Happening[])[] {
  if (isSeq(node)) return [readEvents(sheet, node, new Map(), 0)]
  const tracks = sheet.section(node, 'the events')
  if (!tracks) return []
  return tracks.keys.map(key => {
    const track = tracks.node(key)
    return track ? readEvents(sheet, track, new Map(), 0) : []
  })
}

function readEvents(sheet: Sheet, node: Node, counters: Counters, depth: number): Happening[] {
  if (depth > DEEPEST) {
    sheet.fault('SFP_SCENARIO_SHAPE', node, { section: 'a repeat', expected: `nested no deeper than ${DEEPEST}` })
    return []
  }
  return sheet.list(node, 'a list of events').flatMap(item => {
    const isRepeat = isMap(item) && item.has('repeat')
    return (isRepeat ? readRepeat(sheet, item, counters, depth) : readEvent(sheet, item, counters)) ?? []
  })
}

function readRepeat(sheet: Sheet, node: Node, counters: Counters, depth: number): Repeat | undefined {
  const section = sheet.section(node, 'a repeat', keysOf('repeat'))
  const times = section && value(sheet, 'repeat', section.needed('repeat'), COUNT, counters)
  const every = section && value(sheet, 'every', section.word('every'), DURATION, counters)
  const as = (section && value(sheet, 'as', section.word('as'), NAME, counters)) ?? 'i'
  const events = section?.node('events')
  section?.demand('events')
  if (times === undefined || !events) return undefined
  return { kind: 'repeat', times, every, as, happenings: readEvents(sheet, events, new Map([...counters, [as, 0]]), depth + 1) }
}

function readEvent(sheet: Sheet, node: Node, counters: Counters): Event | undefined {
  const section = sheet.section(node, 'an event')
  if (!section) return undefined
  const verb = verbOf(sheet, section)
  if (!verb) return undefined
  const facts: VerbFacts = VERBS[verb]
  const known = [verb, ...Object.keys(facts.options)]
  sheet.section(node, `"${verb}"`, known)

  const target = section.needed(verb)
  value(sheet, verb, target, facts.target, counters)
  for (const key of NEEDED[verb] ?? []) section.demand(key)
  if (verb !== 'k8s') section.demand('by')
  const options = new Map<string, Word>()
  for (const key of known.slice(1)) {
    const word = key === 'message' ? messageOf(section) : section.word(key)
    if (!word) continue
    value(sheet, key, word, facts.options[key], counters)
    options.set(key, word)
  }
  return target && { kind: 'event', verb, target, options, place: section.place }
}

function verbOf(sheet: Sheet, section: Section): Verb | undefined {
  const verbs = section.keys.filter(isVerb)
  const [verb] = verbs
  if (verb && verbs.length === 1) return verb
  // A misspelt verb is more likely than none, if only one key is not understood.
  const detail = verbs.length > 1 ? `does ${verbs.join(' and ')}` : `has the keys ${section.keys.join(', ') || 'none'}`
  sheet.fault('SFP_SCENARIO_VERB', section.place, { detail, known: VERB_NAMES.join(', ') })
  return undefined
}

/** A Kubernetes message is written as the mapping that it is; collectors end it with a newline and a NUL. */
function messageOf(section: Section): Word | undefined {
  const node = section.node('message')
  if (!node || !isMap(node)) return section.word('message')
  return { text: JSON.stringify(node), items: [], place: section.place }
}

/** Checks a value with all counters at 0; a text that only later counts make wrong is found when it is used. */
export function value<T>(
  sheet: Sheet,
  key: string,
  word: Word | undefined,
  kind: ValueKind<T> | undefined,
  counters: Counters,
): T | undefined {
  if (!word || !kind) return undefined
  const parsed = kind.parse(fill(word.text, counters))
  if (parsed === undefined) {
    sheet.fault('SFP_SCENARIO_VALUE', word.place, { key, expected: kind.expected, value: word.text.slice(0, 100) })
  }
  return parsed
}

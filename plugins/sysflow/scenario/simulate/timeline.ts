// SPDX-License-Identifier: Apache-2.0

import { sysflowFault } from '../../errors.js'
import type { Scenario, ScenarioEvent, ScenarioStep } from '../scenario.js'
import { DURATION, MAX_TIMESTAMP } from '../values.js'
import type { Counters } from './counters.js'
import { optionalValue } from './event-values.js'

/** An event with its time, in nanoseconds since 1970, and the counters of its enclosing repeats. */
export interface TimedEvent {
  readonly event: ScenarioEvent
  readonly time: bigint
  readonly counters: Counters
}

/**
 * Yields all events of a scenario in chronological order; for equal times, the earlier track comes first. Events are created on
 * demand.
 */
export function* timeline(scenario: Pick<Scenario, 'start' | 'tracks'>): Generator<TimedEvent, void, undefined> {
  const running = scenario.tracks.flatMap(track => {
    const events = walkSteps(track, { start: scenario.start, now: scenario.start }, new Map())
    const next = events.next()
    return next.done ? [] : [{ events, next: next.value }]
  })
  while (running.length > 0) {
    let first = 0
    for (let track = 1; track < running.length; track++) {
      if ((running[track]?.next.time ?? 0n) < (running[first]?.next.time ?? 0n)) first = track
    }
    const track = running[first]
    if (!track) return
    yield track.next
    const next = track.events.next()
    if (next.done) running.splice(first, 1)
    else track.next = next.value
  }
}

/** Default interval after the previous event, in nanoseconds. */
const DEFAULT_GAP = 1_000_000n

interface TrackClock {
  readonly start: bigint
  now: bigint
}

function* walkSteps(
  steps: readonly ScenarioStep[],
  clock: TrackClock,
  counters: Counters,
): Generator<TimedEvent, void, undefined> {
  for (const step of steps) {
    if (step.kind === 'event') {
      clock.now = timeOf(step, clock, counters)
      if (clock.now > MAX_TIMESTAMP) throw sysflowFault('SFP_SCENARIO_TOO_LATE', {}, { position: step.position })
      yield { event: step, time: clock.now, counters }
      continue
    }
    const begin = clock.now
    for (let round = 0; round < step.times; round++) {
      const due = step.every === undefined ? clock.now : begin + step.every * BigInt(round)
      if (due > clock.now) clock.now = due
      yield* walkSteps(step.steps, clock, new Map([...counters, [step.counterName, round]]))
    }
  }
}

function timeOf(event: ScenarioEvent, clock: TrackClock, counters: Counters): bigint {
  const at = optionalValue(event, 'at', DURATION, counters)
  if (at === undefined) return clock.now + (optionalValue(event, 'after', DURATION, counters) ?? DEFAULT_GAP)
  const time = clock.start + at
  if (time < clock.now) {
    const position = event.options.get('at')?.position
    throw sysflowFault('SFP_SCENARIO_BACKWARDS', { value: event.options.get('at')?.text ?? '' }, { position })
  }
  return time
}

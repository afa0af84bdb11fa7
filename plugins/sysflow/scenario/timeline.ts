// SPDX-License-Identifier: Apache-2.0
import { Fault } from '../../../core/errors/fault.js'
import type { Counters } from './counters.js'
import { optional } from './event-values.js'
import type { Event, Happening, Scenario } from './scenario.js'
import { DURATION, LAST_MOMENT } from './values.js'

/** An event at its time, in nanoseconds since 1970, with the counters of the repeats around it. */
export interface Timed {
  readonly event: Event
  readonly time: bigint
  readonly counters: Counters
}

/** All events of a scenario in the order of time; of equal times the earlier track goes first. Made one by one, never held. */
export function* timeline(scenario: Pick<Scenario, 'start' | 'tracks'>): Generator<Timed, void, undefined> {
  const running = scenario.tracks.flatMap(track => {
    const events = walk(track, { start: scenario.start, now: scenario.start }, new Map())
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

/** What an event that does not say otherwise keeps from the one before it. */
const STEP = 1_000_000n

interface Clock {
  readonly start: bigint
  now: bigint
}

function* walk(happenings: readonly Happening[], clock: Clock, counters: Counters): Generator<Timed, void, undefined> {
  for (const happening of happenings) {
    if (happening.kind === 'event') {
      clock.now = timeOf(happening, clock, counters)
      if (clock.now > LAST_MOMENT) throw new Fault('SFP_SCENARIO_TOO_LATE', {}, { place: happening.place })
      yield { event: happening, time: clock.now, counters }
      continue
    }
    const begin = clock.now
    for (let round = 0; round < happening.times; round++) {
      const due = happening.every === undefined ? clock.now : begin + happening.every * BigInt(round)
      if (due > clock.now) clock.now = due
      yield* walk(happening.happenings, clock, new Map([...counters, [happening.as, round]]))
    }
  }
}

function timeOf(event: Event, clock: Clock, counters: Counters): bigint {
  const at = optional(event, 'at', DURATION, counters)
  if (at === undefined) return clock.now + (optional(event, 'after', DURATION, counters) ?? STEP)
  const time = clock.start + at
  if (time < clock.now) {
    const place = event.options.get('at')?.place
    throw new Fault('SFP_SCENARIO_BACKWARDS', { value: event.options.get('at')?.text ?? '' }, { place })
  }
  return time
}

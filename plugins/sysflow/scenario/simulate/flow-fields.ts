// SPDX-License-Identifier: Apache-2.0

import { OPERATION } from '../../avro/operation-flags.js'
import { COUNT, DURATION, FLAG, INT } from '../values.js'
import { optionalValue } from './event-values.js'
import type { RunningProcess } from './simulated-host.js'
import type { Simulation } from './simulation.js'
import type { TimedEvent } from './timeline.js'

/**
 * The common fields of file and network flows, except their operation flags. `defaultDuration`: nanoseconds, if the event has
 * no `for`.
 */
export function flowFieldsOf(simulation: Simulation, timedEvent: TimedEvent, process: RunningProcess, defaultDuration: bigint) {
  const { event, time, counters } = timedEvent
  return {
    procOID: process.oid,
    ts: time,
    tid: simulation.thread(timedEvent, process),
    endTs: time + (optionalValue(event, 'for', DURATION, counters) ?? defaultDuration),
    fd: optionalValue(event, 'fd', INT, counters) ?? 3,
  }
}

interface Traffic {
  readonly numRRecvOps: number
  readonly numWSendOps: number
  readonly numRRecvBytes: number
  readonly numWSendBytes: number
}

/** Calls and bytes in each direction. `received` and `sent` are the default bytes. */
export function trafficOf({ event, counters }: TimedEvent, received: number, sent: number): Traffic {
  const numRRecvBytes = optionalValue(event, 'received', COUNT, counters) ?? received
  const numWSendBytes = optionalValue(event, 'sent', COUNT, counters) ?? sent
  return {
    numRRecvOps: optionalValue(event, 'receives', COUNT, counters) ?? callsFor(numRRecvBytes),
    numWSendOps: optionalValue(event, 'sends', COUNT, counters) ?? callsFor(numWSendBytes),
    numRRecvBytes,
    numWSendBytes,
  }
}

/** The operation flags for the traffic and the end of a flow; a flow that is not closed gets the flag `truncate`. */
export function trafficFlagsOf({ event, counters }: TimedEvent, traffic: Traffic): number {
  const closed = optionalValue(event, 'closed', FLAG, counters) ?? true
  return (
    (traffic.numRRecvOps > 0 ? OPERATION.read : 0) |
    (traffic.numWSendOps > 0 ? OPERATION.write : 0) |
    (closed ? OPERATION.close : OPERATION.truncate)
  )
}

/** Maximum number of bytes per call. */
const BYTES_PER_CALL = 16_384
const callsFor = (bytes: number): number => Math.ceil(bytes / BYTES_PER_CALL)

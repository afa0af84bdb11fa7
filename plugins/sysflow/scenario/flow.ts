// SPDX-License-Identifier: Apache-2.0

import { OPERATION } from '../avro/operation-flags.js'
import { optional } from './event-values.js'
import type { Stage } from './stage.js'
import type { Timed } from './timeline.js'
import { COUNT, DURATION, FLAG, INT } from './values.js'
import type { Running } from './world.js'

/** What file and network flows have in common, but for their operation flags. `lasts`: nanoseconds, if not said. */
export function flowOf(stage: Stage, timed: Timed, process: Running, lasts: bigint) {
  const { event, time, counters } = timed
  return {
    procOID: process.oid,
    ts: time,
    tid: stage.thread(timed, process),
    endTs: time + (optional(event, 'for', DURATION, counters) ?? lasts),
    fd: optional(event, 'fd', INT, counters) ?? 3,
  }
}

interface Traffic {
  readonly numRRecvOps: number
  readonly numWSendOps: number
  readonly numRRecvBytes: number
  readonly numWSendBytes: number
}

/** Calls and bytes in either direction; `received` and `sent` are the bytes, if not said. */
export function trafficOf({ event, counters }: Timed, received: number, sent: number): Traffic {
  const numRRecvBytes = optional(event, 'received', COUNT, counters) ?? received
  const numWSendBytes = optional(event, 'sent', COUNT, counters) ?? sent
  return {
    numRRecvOps: optional(event, 'receives', COUNT, counters) ?? callsFor(numRRecvBytes),
    numWSendOps: optional(event, 'sends', COUNT, counters) ?? callsFor(numWSendBytes),
    numRRecvBytes,
    numWSendBytes,
  }
}

/** The flags that traffic and ending give; a flow that is not closed is cut short. */
export function flagsOf({ event, counters }: Timed, traffic: Traffic): number {
  const closed = optional(event, 'closed', FLAG, counters) ?? true
  return (
    (traffic.numRRecvOps > 0 ? OPERATION.read : 0) |
    (traffic.numWSendOps > 0 ? OPERATION.write : 0) |
    (closed ? OPERATION.close : OPERATION.truncate)
  )
}

/** One call moves at most this much. */
const BYTES_A_CALL = 16_384
const callsFor = (bytes: number): number => Math.ceil(bytes / BYTES_A_CALL)

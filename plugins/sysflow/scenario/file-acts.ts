// SPDX-License-Identifier: Apache-2.0

import { OPERATION } from '../avro/operation-flags.js'
import { optional, targetOf } from './event-values.js'
import { flagsOf, flowOf, trafficOf } from './flow.js'
import { type Act, MOMENT_LATER, type Stage } from './stage.js'
import { FLAG, INT, PATH } from './values.js'
import { OPEN_FLAGS } from './verbs.js'
import type { Running } from './world.js'

const LASTS = 100_000n

/** A file that is opened, read, written, mapped, closed: one flow. `flag`: what sets this verb apart from opening. */
export const fileFlow =
  (flag: number, received = 0, sent = 0): Act =>
  (stage, timed) => {
    const { event, time, counters } = timed
    const process = stage.actor(timed)
    const path = targetOf(event, PATH, counters)
    const traffic = trafficOf(timed, received, sent)
    const opened = optional(event, 'opened', FLAG, counters) ?? true
    const openFlags = optional(event, 'flags', OPEN_FLAGS, counters) ?? usualFlags(traffic.numRRecvBytes, traffic.numWSendBytes)
    const record = {
      ...flowOf(stage, timed, process, LASTS),
      opFlags: flag | (opened ? OPERATION.open : 0) | flagsOf(timed, traffic),
      openFlags: opened ? openFlags : 0,
      fileOID: stage.world.file(path, process, 'REUP', path.startsWith('pipe:') ? 'p' : 'f', time),
      ...traffic,
    }
    stage.begin({ branch: 'FF', record }, process)
  }

/** A directory entry that comes, goes or changes its name. */
export const fileEvent =
  (verb: 'mkdir' | 'rmdir' | 'unlink' | 'rename' | 'link' | 'symlink'): Act =>
  (stage, timed) => {
    const { event, time, counters } = timed
    const process = stage.actor(timed)
    const restype = verb === 'mkdir' || verb === 'rmdir' ? 'd' : 'f'
    const state = verb === 'mkdir' ? 'CREATED' : 'REUP'
    const fileOID = stage.world.file(targetOf(event, PATH, counters), process, state, restype, time)
    const to = optional(event, 'to', PATH, counters)
    const newFileOID = to === undefined ? null : stage.world.file(to, process, 'CREATED', restype, time)
    const ret = optional(event, 'ret', INT, counters) ?? 0
    const start = { procOID: process.oid, ts: time, tid: stage.thread(timed, process), opFlags: OPERATION[verb] }
    stage.write({ branch: 'FE', record: { ...start, fileOID, ret, newFileOID } })
  }

/** What the dynamic loader does with a file: open, read its head (`bytes`), map it, close. */
export function load(stage: Stage, process: Running, path: string, ts: bigint, bytes: number): void {
  const record = {
    procOID: process.oid,
    ts,
    tid: process.oid.hpid,
    opFlags: OPERATION.open | OPERATION.mmap | OPERATION.close | (bytes > 0 ? OPERATION.read : 0),
    openFlags: usualFlags(bytes, 0),
    endTs: ts + MOMENT_LATER / 2n,
    fileOID: stage.world.file(path, process, 'REUP', 'f', ts),
    fd: 3,
    numRRecvOps: bytes > 0 ? 1 : 0,
    numWSendOps: 0,
    numRRecvBytes: bytes,
    numWSendBytes: 0,
  }
  stage.write({ branch: 'FF', record })
}

function usualFlags(received: number, sent: number): number {
  const words = sent === 0 ? 'RDONLY CLOEXEC' : received > 0 ? 'RDWR CREAT CLOEXEC' : 'WRONLY CREAT TRUNC CLOEXEC'
  return OPEN_FLAGS.parse(words) ?? 0
}

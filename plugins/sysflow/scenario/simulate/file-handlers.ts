// SPDX-License-Identifier: Apache-2.0

import { OPERATION } from '../../avro/operation-flags.js'
import { FLAG, INT, PATH } from '../values.js'
import { OPEN_FLAGS } from '../verbs.js'
import { eventTarget, optionalValue } from './event-values.js'
import { flowFieldsOf, trafficFlagsOf, trafficOf } from './flow-fields.js'
import type { RunningProcess } from './simulated-host.js'
import { EVENT_GAP, type EventHandler, type Simulation } from './simulation.js'

const DEFAULT_DURATION = 100_000n

/** Opening, reading, writing, mapping or closing a file: one flow. `flag`: the operation flag of the verb in addition to open. */
export const fileFlowHandler =
  (flag: number, received = 0, sent = 0): EventHandler =>
  (simulation, timedEvent) => {
    const { event, time, counters } = timedEvent
    const process = simulation.actor(timedEvent)
    const path = eventTarget(event, PATH, counters)
    const traffic = trafficOf(timedEvent, received, sent)
    const opened = optionalValue(event, 'opened', FLAG, counters) ?? true
    const openFlags =
      optionalValue(event, 'flags', OPEN_FLAGS, counters) ?? defaultOpenFlags(traffic.numRRecvBytes, traffic.numWSendBytes)
    const record = {
      ...flowFieldsOf(simulation, timedEvent, process, DEFAULT_DURATION),
      opFlags: flag | (opened ? OPERATION.open : 0) | trafficFlagsOf(timedEvent, traffic),
      openFlags: opened ? openFlags : 0,
      fileOID: simulation.host.file(path, process, 'REUP', path.startsWith('pipe:') ? 'p' : 'f', time),
      ...traffic,
    }
    simulation.beginFlow({ branch: 'FF', record }, process)
  }

/** Creation, removal or renaming of a directory entry. */
export const fileEventHandler =
  (verb: 'mkdir' | 'rmdir' | 'unlink' | 'rename' | 'link' | 'symlink'): EventHandler =>
  (simulation, timedEvent) => {
    const { event, time, counters } = timedEvent
    const process = simulation.actor(timedEvent)
    const restype = verb === 'mkdir' || verb === 'rmdir' ? 'd' : 'f'
    const state = verb === 'mkdir' ? 'CREATED' : 'REUP'
    const fileOID = simulation.host.file(eventTarget(event, PATH, counters), process, state, restype, time)
    const to = optionalValue(event, 'to', PATH, counters)
    const newFileOID = to === undefined ? null : simulation.host.file(to, process, 'CREATED', restype, time)
    const ret = optionalValue(event, 'ret', INT, counters) ?? 0
    const start = { procOID: process.oid, ts: time, tid: simulation.thread(timedEvent, process), opFlags: OPERATION[verb] }
    simulation.write({ branch: 'FE', record: { ...start, fileOID, ret, newFileOID } })
  }

/** The dynamic loader's access to a file: open, read its head (`bytes`), map it, close. */
export function writeLibraryLoad(simulation: Simulation, process: RunningProcess, path: string, ts: bigint, bytes: number): void {
  const record = {
    procOID: process.oid,
    ts,
    tid: process.oid.hpid,
    opFlags: OPERATION.open | OPERATION.mmap | OPERATION.close | (bytes > 0 ? OPERATION.read : 0),
    openFlags: defaultOpenFlags(bytes, 0),
    endTs: ts + EVENT_GAP / 2n,
    fileOID: simulation.host.file(path, process, 'REUP', 'f', ts),
    fd: 3,
    numRRecvOps: bytes > 0 ? 1 : 0,
    numWSendOps: 0,
    numRRecvBytes: bytes,
    numWSendBytes: 0,
  }
  simulation.write({ branch: 'FF', record })
}

function defaultOpenFlags(received: number, sent: number): number {
  const words = sent === 0 ? 'RDONLY CLOEXEC' : received > 0 ? 'RDWR CREAT CLOEXEC' : 'WRONLY CREAT TRUNC CLOEXEC'
  return OPEN_FLAGS.parse(words) ?? 0
}

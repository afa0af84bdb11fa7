// SPDX-License-Identifier: Apache-2.0

import { OPERATION } from '../../avro/operation-flags.js'
import type { ProcessIdentity } from '../scenario.js'
import { COUNT, FLAG, INT, NAME, PATH, TEXT } from '../values.js'
import { eventTarget, optionalTexts, optionalValue } from './event-values.js'
import { writeLibraryLoad } from './file-handlers.js'
import type { RunningProcess } from './simulated-host.js'
import { EVENT_GAP, type EventHandler, type Simulation } from './simulation.js'
import type { TimedEvent } from './timeline.js'

/** A clone of the actor, with the records of parent and child; the child then executes a program if one is given. */
export const spawn: EventHandler = (simulation, timedEvent) => {
  const { event, time, counters } = timedEvent
  const parent = simulation.actor(timedEvent)
  const user = optionalValue(event, 'user', NAME, counters)
  const childIdentity: ProcessIdentity = {
    ...parent.identity,
    entry: false,
    container: optionalValue(event, 'container', NAME, counters) ?? parent.identity.container,
    user: user === undefined ? parent.identity.user : simulation.user(timedEvent, user),
    tty: optionalValue(event, 'tty', FLAG, counters) ?? parent.identity.tty,
  }
  const name = eventTarget(event, NAME, counters)
  const child = simulation.host.spawn(name, parent, childIdentity, time, optionalValue(event, 'pid', COUNT, counters))
  writeEvent(simulation, parent, time, OPERATION.clone, child.oid.hpid, { tid: simulation.thread(timedEvent, parent) })
  simulation.host.writeProcess(child, 'CREATED', time + EVENT_GAP)
  writeEvent(simulation, child, time + EVENT_GAP, OPERATION.clone, 0)

  const exe = optionalValue(event, 'exe', PATH, counters)
  if (exe === undefined) return
  const entry = optionalValue(event, 'entry', FLAG, counters) ?? false
  execute(simulation, child, { ...programOf(timedEvent, childIdentity, exe), entry }, time + 3n * EVENT_GAP)
}

export const exec: EventHandler = (simulation, timedEvent) => {
  const { event, time, counters } = timedEvent
  const process = simulation.actor(timedEvent)
  const ret = optionalValue(event, 'ret', INT, counters) ?? 0
  if (ret < 0) writeEvent(simulation, process, time, OPERATION.exec, ret, { tid: simulation.thread(timedEvent, process) })
  else execute(simulation, process, programOf(timedEvent, process.identity, eventTarget(event, PATH, counters)), time)
}

/** A thread: its clone is written, but it does not become a process. */
export const clone: EventHandler = (simulation, timedEvent) =>
  writeEvent(simulation, simulation.actor(timedEvent), timedEvent.time, OPERATION.clone, 0, {
    tid: eventTarget(timedEvent.event, COUNT, timedEvent.counters),
  })

export const exit: EventHandler = (simulation, timedEvent) => {
  const process = simulation.actor(timedEvent)
  simulation.endFlowsOf(process, timedEvent.time)
  const status = eventTarget(timedEvent.event, INT, timedEvent.counters)
  writeEvent(simulation, process, timedEvent.time, OPERATION.exit, status, { tid: simulation.thread(timedEvent, process) })
  simulation.host.exit(simulation.actorName(timedEvent))
}

export const setuid: EventHandler = (simulation, timedEvent) => {
  const { event, time, counters } = timedEvent
  const process = simulation.actor(timedEvent)
  const ret = optionalValue(event, 'ret', INT, counters) ?? 0
  const user = simulation.user(timedEvent, eventTarget(event, NAME, counters))
  if (ret >= 0) {
    process.identity = { ...process.identity, user }
    simulation.host.writeProcess(process, 'MODIFIED', time)
  }
  writeEvent(simulation, process, time, OPERATION.setuid, ret, { tid: simulation.thread(timedEvent, process), args: [user.name] })
}

const programOf = ({ event, counters }: TimedEvent, before: ProcessIdentity, exe: string): ProcessIdentity => ({
  ...before,
  exe,
  args: optionalValue(event, 'args', TEXT, counters) ?? '',
  cwd: optionalValue(event, 'cwd', TEXT, counters) ?? before.cwd,
  env: optionalTexts(event, 'env', counters) ?? before.env,
})

function execute(simulation: Simulation, process: RunningProcess, program: ProcessIdentity, time: bigint): void {
  process.identity = program
  simulation.host.writeProcess(process, 'MODIFIED', time)
  writeEvent(simulation, process, time, OPERATION.exec, 0)
  const { libraries } = simulation.scenario
  if (libraries.length === 0) return
  writeLibraryLoad(simulation, process, '/etc/ld.so.cache', time + EVENT_GAP, 0)
  libraries.forEach((library, index) => {
    writeLibraryLoad(simulation, process, library, time + EVENT_GAP * BigInt(index + 2), 832)
  })
}

function writeEvent(
  simulation: Simulation,
  process: RunningProcess,
  ts: bigint,
  opFlags: number,
  ret: number,
  { tid = process.oid.hpid, args = [] }: { readonly tid?: number; readonly args?: readonly string[] } = {},
): void {
  simulation.write({ branch: 'PE', record: { procOID: process.oid, ts, tid, opFlags, args, ret } })
}

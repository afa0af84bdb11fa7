// SPDX-License-Identifier: Apache-2.0

import { OPERATION } from '../avro/operation-flags.js'
import { optional, targetOf, textsOf } from './event-values.js'
import { load } from './file-acts.js'
import type { Identity } from './scenario.js'
import { type Act, MOMENT_LATER, type Stage } from './stage.js'
import type { Timed } from './timeline.js'
import { COUNT, FLAG, INT, NAME, PATH, TEXT } from './values.js'
import type { Running } from './world.js'

/** A clone of the actor, as parent and child see it, which then executes a program if one is given. */
export const spawn: Act = (stage, timed) => {
  const { event, time, counters } = timed
  const parent = stage.actor(timed)
  const user = optional(event, 'user', NAME, counters)
  const born: Identity = {
    ...parent.identity,
    entry: false,
    container: optional(event, 'container', NAME, counters) ?? parent.identity.container,
    user: user === undefined ? parent.identity.user : stage.user(timed, user),
    tty: optional(event, 'tty', FLAG, counters) ?? parent.identity.tty,
  }
  const name = targetOf(event, NAME, counters)
  const child = stage.world.spawn(name, parent, born, time, optional(event, 'pid', COUNT, counters))
  writeEvent(stage, parent, time, OPERATION.clone, child.oid.hpid, { tid: stage.thread(timed, parent) })
  stage.world.writeProcess(child, 'CREATED', time + MOMENT_LATER)
  writeEvent(stage, child, time + MOMENT_LATER, OPERATION.clone, 0)

  const exe = optional(event, 'exe', PATH, counters)
  if (exe === undefined) return
  const entry = optional(event, 'entry', FLAG, counters) ?? false
  execute(stage, child, { ...programOf(timed, born, exe), entry }, time + 3n * MOMENT_LATER)
}

export const exec: Act = (stage, timed) => {
  const { event, time, counters } = timed
  const process = stage.actor(timed)
  const ret = optional(event, 'ret', INT, counters) ?? 0
  if (ret < 0) writeEvent(stage, process, time, OPERATION.exec, ret, { tid: stage.thread(timed, process) })
  else execute(stage, process, programOf(timed, process.identity, targetOf(event, PATH, counters)), time)
}

/** A thread: its clone is told of, but it is no process of its own. */
export const clone: Act = (stage, timed) =>
  writeEvent(stage, stage.actor(timed), timed.time, OPERATION.clone, 0, { tid: targetOf(timed.event, COUNT, timed.counters) })

export const exit: Act = (stage, timed) => {
  const process = stage.actor(timed)
  stage.endFlowsOf(process, timed.time)
  const status = targetOf(timed.event, INT, timed.counters)
  writeEvent(stage, process, timed.time, OPERATION.exit, status, { tid: stage.thread(timed, process) })
  stage.world.exit(stage.actorName(timed))
}

export const setuid: Act = (stage, timed) => {
  const { event, time, counters } = timed
  const process = stage.actor(timed)
  const ret = optional(event, 'ret', INT, counters) ?? 0
  const user = stage.user(timed, targetOf(event, NAME, counters))
  if (ret >= 0) {
    process.identity = { ...process.identity, user }
    stage.world.writeProcess(process, 'MODIFIED', time)
  }
  writeEvent(stage, process, time, OPERATION.setuid, ret, { tid: stage.thread(timed, process), args: [user.name] })
}

const programOf = ({ event, counters }: Timed, before: Identity, exe: string): Identity => ({
  ...before,
  exe,
  args: optional(event, 'args', TEXT, counters) ?? '',
  cwd: optional(event, 'cwd', TEXT, counters) ?? before.cwd,
  env: textsOf(event, 'env', counters) ?? before.env,
})

function execute(stage: Stage, process: Running, program: Identity, time: bigint): void {
  process.identity = program
  stage.world.writeProcess(process, 'MODIFIED', time)
  writeEvent(stage, process, time, OPERATION.exec, 0)
  const { libraries } = stage.scenario
  if (libraries.length === 0) return
  load(stage, process, '/etc/ld.so.cache', time + MOMENT_LATER, 0)
  libraries.forEach((library, index) => {
    load(stage, process, library, time + MOMENT_LATER * BigInt(index + 2), 832)
  })
}

function writeEvent(
  stage: Stage,
  process: Running,
  ts: bigint,
  opFlags: number,
  ret: number,
  { tid = process.oid.hpid, args = [] }: { readonly tid?: number; readonly args?: readonly string[] } = {},
): void {
  stage.write({ branch: 'PE', record: { procOID: process.oid, ts, tid, opFlags, args, ret } })
}

// SPDX-License-Identifier: Apache-2.0

import { OPERATION } from '../avro/operation-flags.js'
import type { TraceRecord } from '../avro/trace-record.js'
import { fill } from './counters.js'
import { optional, targetOf } from './event-values.js'
import { fileEvent, fileFlow } from './file-acts.js'
import { networkFlow } from './network-acts.js'
import { clone, exec, exit, setuid, spawn } from './process-acts.js'
import type { Scenario } from './scenario.js'
import { type Act, Stage } from './stage.js'
import { timeline } from './timeline.js'
import { ACTION, COMPONENT, type Verb } from './verbs.js'

/**
 * The trace of a scenario, record by record, as a collector would have written it: each entity before its first use, a flow
 * when it ends. Records are made while they are read, so a scenario of any length takes little memory. Throws a fault with the
 * place of the event that cannot happen.
 */
export function* simulate(scenario: Scenario): Generator<TraceRecord, void, undefined> {
  const stage = new Stage(scenario)
  for (const timed of timeline(scenario)) {
    stage.endFlows(timed.time)
    ACTS[timed.event.verb](stage, timed)
    yield* stage.take()
  }
  stage.endFlows()
  yield* stage.take()
}

const k8s: Act = (stage, { event, time, counters }) => {
  const action = optional(event, 'action', ACTION, counters) ?? 'K8S_COMPONENT_UNKNOWN'
  // The newline and the NUL are what collectors append.
  const message = `${fill(event.options.get('message')?.text ?? '', counters)}\n\0`
  stage.write({ branch: 'KE', record: { kind: targetOf(event, COMPONENT, counters), action, ts: time, message } })
}

const ACTS: Readonly<Record<Verb, Act>> = {
  spawn,
  exec,
  clone,
  exit,
  setuid,
  open: fileFlow(OPERATION.open),
  read: fileFlow(0, 1024),
  write: fileFlow(0, 0, 1024),
  mmap: fileFlow(OPERATION.mmap),
  setns: fileFlow(OPERATION.setns),
  mkdir: fileEvent('mkdir'),
  rmdir: fileEvent('rmdir'),
  unlink: fileEvent('unlink'),
  rename: fileEvent('rename'),
  link: fileEvent('link'),
  symlink: fileEvent('symlink'),
  connect: networkFlow('connect'),
  send: networkFlow('send'),
  accept: networkFlow('accept'),
  receive: networkFlow('receive'),
  k8s,
}

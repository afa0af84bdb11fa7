// SPDX-License-Identifier: Apache-2.0

import { OPERATION } from '../../avro/operation-flags.js'
import type { TraceRecord } from '../../avro/trace-record.js'
import type { Scenario } from '../scenario.js'
import { ACTION, COMPONENT, type Verb } from '../verbs.js'
import { expandCounters } from './counters.js'
import { eventTarget, optionalValue } from './event-values.js'
import { fileEventHandler, fileFlowHandler } from './file-handlers.js'
import { networkFlowHandler } from './network-handlers.js'
import { clone, exec, exit, setuid, spawn } from './process-handlers.js'
import { type EventHandler, Simulation } from './simulation.js'
import { timeline } from './timeline.js'

/**
 * Yields the trace of a scenario record by record, as a collector would write it: each entity before its first use, a flow when
 * it ends. Records are created on demand, so a scenario of any length takes little memory. Throws a fault with the position of
 * an event that is impossible.
 */
export function* simulate(scenario: Scenario): Generator<TraceRecord, void, undefined> {
  const simulation = new Simulation(scenario)
  for (const timedEvent of timeline(scenario)) {
    simulation.endFlows(timedEvent.time)
    EVENT_HANDLERS[timedEvent.event.verb](simulation, timedEvent)
    yield* simulation.takeRecords()
  }
  simulation.endFlows()
  yield* simulation.takeRecords()
}

const k8s: EventHandler = (simulation, { event, time, counters }) => {
  const action = optionalValue(event, 'action', ACTION, counters) ?? 'K8S_COMPONENT_UNKNOWN'
  // Collectors append the newline and the NUL.
  const message = `${expandCounters(event.options.get('message')?.text ?? '', counters)}\n\0`
  simulation.write({ branch: 'KE', record: { kind: eventTarget(event, COMPONENT, counters), action, ts: time, message } })
}

const EVENT_HANDLERS: Readonly<Record<Verb, EventHandler>> = {
  spawn,
  exec,
  clone,
  exit,
  setuid,
  open: fileFlowHandler(OPERATION.open),
  read: fileFlowHandler(0, 1024),
  write: fileFlowHandler(0, 0, 1024),
  mmap: fileFlowHandler(OPERATION.mmap),
  setns: fileFlowHandler(OPERATION.setns),
  mkdir: fileEventHandler('mkdir'),
  rmdir: fileEventHandler('rmdir'),
  unlink: fileEventHandler('unlink'),
  rename: fileEventHandler('rename'),
  link: fileEventHandler('link'),
  symlink: fileEventHandler('symlink'),
  connect: networkFlowHandler('connect'),
  send: networkFlowHandler('send'),
  accept: networkFlowHandler('accept'),
  receive: networkFlowHandler('receive'),
  k8s,
}

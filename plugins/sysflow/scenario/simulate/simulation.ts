// SPDX-License-Identifier: Apache-2.0

import type { TraceRecord } from '../../avro/trace-record.js'
import { sysflowFault } from '../../errors.js'
import type { Scenario, User } from '../scenario.js'
import { COUNT, NAME } from '../values.js'
import { optionalValue } from './event-values.js'
import { type FlowRecord, OpenFlows } from './open-flows.js'
import { type RunningProcess, SimulatedHost } from './simulated-host.js'
import type { TimedEvent } from './timeline.js'

/** Performs one kind of event. */
export type EventHandler = (simulation: Simulation, timedEvent: TimedEvent) => void

/** Time between two actions of a process in one event, in nanoseconds. */
export const EVENT_GAP = 40_000n

/** State of a simulation: the host, the open flows, and the records that have not been taken. */
export class Simulation {
  readonly scenario: Scenario
  readonly host: SimulatedHost
  readonly #flows = new OpenFlows()
  #records: TraceRecord[] = []
  #portsAssigned = 0

  constructor(scenario: Scenario) {
    this.scenario = scenario
    this.host = new SimulatedHost(scenario, record => this.write(record))
  }

  write(record: TraceRecord): void {
    this.#records.push(record)
  }

  /** Returns the records since the last call. */
  takeRecords(): readonly TraceRecord[] {
    const records = this.#records
    this.#records = []
    return records
  }

  /** The flow is written when it ends. */
  beginFlow(flow: FlowRecord, process: RunningProcess): void {
    this.#records.push(...this.#flows.add(flow, process))
  }

  /** Writes the flows that have ended by `time`; without a time, all. */
  endFlows(time?: bigint): void {
    this.#records.push(...this.#flows.takeEndedBy(time))
  }

  endFlowsOf(process: RunningProcess, time: bigint): void {
    this.#records.push(...this.#flows.takeEndedWith(process, time))
  }

  /** The process that performs the event. */
  actor(timedEvent: TimedEvent): RunningProcess {
    const name = this.actorName(timedEvent)
    const process = this.host.process(name, timedEvent.time)
    if (process) return process
    throw sysflowFault(
      'SFP_SCENARIO_NOT_RUNNING',
      { name },
      { position: timedEvent.event.options.get('by')?.position ?? timedEvent.event.position },
    )
  }

  actorName({ event, counters }: TimedEvent): string {
    return optionalValue(event, 'by', NAME, counters) ?? ''
  }

  thread({ event, counters }: TimedEvent, process: RunningProcess): number {
    return optionalValue(event, 'thread', COUNT, counters) ?? process.oid.hpid
  }

  user({ event }: TimedEvent, name: string): User {
    const user = this.scenario.users.get(name)
    if (user) return user
    const known = [...this.scenario.users.keys()].join(', ')
    throw sysflowFault('SFP_SCENARIO_UNKNOWN_NAME', { kind: 'user', name, known }, { position: event.position })
  }

  /** Ports in the kernel's ephemeral range, in sequence. */
  ephemeralPort(): number {
    return 32_768 + (this.#portsAssigned++ % 28_232)
  }
}

// SPDX-License-Identifier: Apache-2.0
import { Fault } from '../../../core/errors/fault.js'
import type { TraceRecord } from '../avro/trace-record.js'
import { optional } from './event-values.js'
import { type Flow, OpenFlows } from './open-flows.js'
import type { Scenario, User } from './scenario.js'
import type { Timed } from './timeline.js'
import { COUNT, NAME } from './values.js'
import { type Running, World } from './world.js'

/** Performs one kind of event. */
export type Act = (stage: Stage, timed: Timed) => void

/** A moment later, in nanoseconds: what one act of a process keeps from the next in one event. */
export const MOMENT_LATER = 40_000n

/** Where a scenario is performed: the world as it is by now, flows that are open, records not yet taken away. */
export class Stage {
  readonly scenario: Scenario
  readonly world: World
  readonly #flows = new OpenFlows()
  #records: TraceRecord[] = []
  #portsGiven = 0

  constructor(scenario: Scenario) {
    this.scenario = scenario
    this.world = new World(scenario, record => this.write(record))
  }

  write(record: TraceRecord): void {
    this.#records.push(record)
  }

  /** The records made since the last call. */
  take(): readonly TraceRecord[] {
    const records = this.#records
    this.#records = []
    return records
  }

  /** Writes it when it ends. */
  begin(flow: Flow, process: Running): void {
    this.#records.push(...this.#flows.begin(flow, process))
  }

  /** Writes the flows that have ended by now; without a time, all. */
  endFlows(time?: bigint): void {
    this.#records.push(...this.#flows.endedBy(time))
  }

  endFlowsOf(process: Running, time: bigint): void {
    this.#records.push(...this.#flows.endedWith(process, time))
  }

  /** Who does it. */
  actor(timed: Timed): Running {
    const name = this.actorName(timed)
    const process = this.world.process(name, timed.time)
    if (process) return process
    throw new Fault('SFP_SCENARIO_NOT_RUNNING', { name }, { place: timed.event.options.get('by')?.place ?? timed.event.place })
  }

  actorName({ event, counters }: Timed): string {
    return optional(event, 'by', NAME, counters) ?? ''
  }

  thread({ event, counters }: Timed, process: Running): number {
    return optional(event, 'thread', COUNT, counters) ?? process.oid.hpid
  }

  user({ event }: Timed, name: string): User {
    const user = this.scenario.users.get(name)
    if (user) return user
    const known = [...this.scenario.users.keys()].join(', ')
    throw new Fault('SFP_SCENARIO_UNKNOWN_NAME', { kind: 'user', name, known }, { place: event.place })
  }

  /** Ports that the kernel would choose, one after the other. */
  ephemeralPort(): number {
    return 32_768 + (this.#portsGiven++ % 28_232)
  }
}

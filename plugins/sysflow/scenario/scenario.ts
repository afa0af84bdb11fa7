// SPDX-License-Identifier: Apache-2.0
import type { SourcePosition } from '../../../core/errors/fault.js'
import type { ContainerRecord, HeaderRecord, PodRecord } from '../avro/trace-record.js'
import type { Verb } from './verbs.js'
import type { YamlValue } from './yaml-document.js'

/** Who and what there is when the trace begins, and what then happens. Every name in it is declared. */
export interface Scenario {
  readonly header: HeaderRecord
  /** Nanoseconds since 1970. */
  readonly start: bigint
  readonly users: ReadonlyMap<string, User>
  readonly pods: ReadonlyMap<string, Omit<PodRecord, 'ts'>>
  readonly containers: ReadonlyMap<string, DeclaredContainer>
  readonly files: ReadonlyMap<string, DeclaredFile>
  /** Running when the trace begins; parents come before their children. */
  readonly processes: ReadonlyMap<string, DeclaredProcess>
  /** Opened by every program that is executed, as the dynamic loader does. */
  readonly libraries: readonly string[]
  /** Each in the order of time; together they are merged by time. */
  readonly tracks: readonly (readonly ScenarioStep[])[]
}

export interface User {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly group: string
}

export interface DeclaredContainer extends Omit<ContainerRecord, 'podId'> {
  /** Name of its pod in the scenario. */
  readonly pod: string | undefined
}

export interface DeclaredFile {
  readonly restype: number
  /** Name of the container that it lies in; '' for the host, undefined for that of whoever uses it. */
  readonly container: string | undefined
}

/** What a process is, however it came about. */
export interface ProcessIdentity {
  readonly exe: string
  readonly args: string
  readonly user: User
  /** Name of its container in the scenario; undefined on the host. */
  readonly container: string | undefined
  readonly tty: boolean
  readonly entry: boolean
  readonly cwd: string
  readonly env: readonly string[]
}

export interface DeclaredProcess extends ProcessIdentity {
  readonly pid: number | undefined
  readonly parent: string | undefined
  /** How long it has been running, in nanoseconds. */
  readonly age: bigint
}

export type ScenarioStep = ScenarioEvent | RepeatStep

/** One thing that one process, or the cluster, does. */
export interface ScenarioEvent {
  readonly kind: 'event'
  readonly verb: Verb
  readonly target: YamlValue
  /** Everything else that is written with it, `by`, `after` and `at` included. */
  readonly options: ReadonlyMap<string, YamlValue>
  readonly position: SourcePosition
}

export interface RepeatStep {
  readonly kind: 'repeat'
  readonly times: number
  /** From one beginning to the next, in nanoseconds; undefined: one right after the other. */
  readonly every: bigint | undefined
  /** Name of its counter. */
  readonly counterName: string
  readonly steps: readonly ScenarioStep[]
}

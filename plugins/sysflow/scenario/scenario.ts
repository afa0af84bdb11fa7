// SPDX-License-Identifier: Apache-2.0
import type { SourcePosition } from '../../../core/errors/fault.js'
import type { ContainerRecord, HeaderRecord, PodRecord } from '../avro/trace-record.js'
import type { Verb } from './verbs.js'
import type { YamlValue } from './yaml-document.js'

/** The entities at the beginning of the trace, and the steps that follow. Every name in it is declared. */
export interface Scenario {
  readonly header: HeaderRecord
  /** Nanoseconds since 1970. */
  readonly start: bigint
  readonly users: ReadonlyMap<string, User>
  readonly pods: ReadonlyMap<string, Omit<PodRecord, 'ts'>>
  readonly containers: ReadonlyMap<string, DeclaredContainer>
  readonly files: ReadonlyMap<string, DeclaredFile>
  /** Processes that run at the beginning of the trace; parents come before their children. */
  readonly processes: ReadonlyMap<string, DeclaredProcess>
  /** Opened by every executed program, as by the dynamic loader. */
  readonly libraries: readonly string[]
  /** Each track is in chronological order; all tracks are merged by time. */
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
  /** Name of the container that has the file; '' for the host, undefined for the container of the process that uses it. */
  readonly container: string | undefined
}

/** Properties of a process, whether declared or spawned. */
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
  /** Age at the beginning of the trace, in nanoseconds. */
  readonly age: bigint
}

export type ScenarioStep = ScenarioEvent | RepeatStep

/** One action of one process or of the cluster. */
export interface ScenarioEvent {
  readonly kind: 'event'
  readonly verb: Verb
  readonly target: YamlValue
  /** All other keys of the event, `by`, `after` and `at` included. */
  readonly options: ReadonlyMap<string, YamlValue>
  readonly position: SourcePosition
}

export interface RepeatStep {
  readonly kind: 'repeat'
  readonly times: number
  /** Interval between the starts of two rounds, in nanoseconds; undefined: each round follows the previous one immediately. */
  readonly every: bigint | undefined
  /** Name of its counter. */
  readonly counterName: string
  readonly steps: readonly ScenarioStep[]
}

// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import type { FileRecord, ObjectId, ObjectState, TraceRecord } from '../../avro/trace-record.js'
import type { DeclaredProcess, ProcessIdentity, Scenario } from '../scenario.js'

/** A running process. When it executes a program or changes its user, its `identity` object is replaced, not modified. */
export interface RunningProcess {
  readonly oid: ObjectId
  readonly poid: ObjectId | null
  identity: ProcessIdentity
  /** True if the process has been written to the trace. */
  isWritten: boolean
}

/** Maximum number of files that are remembered as written; beyond it, files are written again. */
const MAX_REMEMBERED_FILES = 100_000
const FIRST_PID = 1001
const PID_COUNT = 4_000_000

/** The running processes and the entities already written. Each entity is written before the first record that refers to it. */
export class SimulatedHost {
  readonly #scenario: Scenario
  readonly #write: (record: TraceRecord) => void
  readonly #running = new Map<string, RunningProcess>()
  /** Pods and containers that have been written. */
  readonly #writtenEntities = new Set<string>()
  readonly #declaredPids: ReadonlySet<number | undefined>
  readonly #files = new Set<string>()
  #assignedPids = 0

  constructor(scenario: Scenario, write: (record: TraceRecord) => void) {
    this.#scenario = scenario
    this.#write = write
    this.#declaredPids = new Set([...scenario.processes.values()].map(process => process.pid))
    this.#write({ branch: 'H', record: scenario.header })
    for (const [name, declared] of scenario.processes) this.#running.set(name, this.#startDeclared(declared))
  }

  #startDeclared(declared: DeclaredProcess): RunningProcess {
    const pid = declared.pid ?? this.#nextPid()
    // Start times are a millisecond apart, so no two processes share a clone time.
    const createTS = this.#scenario.start - declared.age + BigInt(this.#running.size) * 1_000_000n
    const parent = declared.parent === undefined ? undefined : this.#running.get(declared.parent)
    return { oid: { createTS, hpid: pid }, poid: parent?.oid ?? null, identity: declared, isWritten: false }
  }

  #nextPid(): number {
    let pid: number
    do pid = FIRST_PID + (this.#assignedPids++ % PID_COUNT)
    while (this.#declaredPids.has(pid))
    return pid
  }

  /** The process of this name that was spawned last. It is written to the trace, together with the entities that it refers to. */
  process(name: string, time: bigint): RunningProcess | undefined {
    const process = this.#running.get(name)
    if (process) this.#ensureWritten(name, process, time)
    return process
  }

  #ensureWritten(name: string, process: RunningProcess, time: bigint): void {
    if (process.isWritten) return
    process.isWritten = true
    const parent = this.#scenario.processes.get(name)?.parent
    const running = parent === undefined ? undefined : this.#running.get(parent)
    if (parent !== undefined && running && running.oid === process.poid) this.#ensureWritten(parent, running, time)
    this.writeProcess(process, 'REUP', time)
  }

  spawn(name: string, parent: RunningProcess, identity: ProcessIdentity, time: bigint, pid: number | undefined): RunningProcess {
    const process: RunningProcess = {
      oid: { createTS: time, hpid: pid ?? this.#nextPid() },
      poid: parent.oid,
      identity,
      isWritten: true,
    }
    this.#running.set(name, process)
    return process
  }

  exit(name: string): void {
    this.#running.delete(name)
  }

  writeProcess(process: RunningProcess, state: ObjectState, time: bigint): void {
    const { oid, poid, identity } = process
    const containerId = this.containerId(identity.container)
    this.#write({
      branch: 'P',
      record: {
        state,
        oid,
        poid,
        ts: time,
        exe: identity.exe,
        exeArgs: identity.args,
        uid: identity.user.uid,
        userName: identity.user.name,
        gid: identity.user.gid,
        groupName: identity.user.group,
        tty: identity.tty,
        containerId,
        entry: identity.entry,
        cwd: identity.cwd,
        env: identity.env,
      },
    })
  }

  /** Writes the container and its pod if they have not been written. */
  containerId(name: string | undefined): string | null {
    const declared = name === undefined ? undefined : this.#scenario.containers.get(name)
    if (!declared) return null
    const { pod: podName, ...container } = declared
    const pod = podName === undefined ? undefined : this.#scenario.pods.get(podName)
    if (pod && this.#isFirstUse(`pod ${podName}`)) this.#write({ branch: 'PD', record: { ts: this.#scenario.start, ...pod } })
    if (this.#isFirstUse(`container ${name}`)) this.#write({ branch: 'C', record: { ...container, podId: pod?.id ?? null } })
    return container.id
  }

  /** IP address of the process. */
  addressOf(process: RunningProcess): number | undefined {
    const container = this.#scenario.containers.get(process.identity.container ?? '')
    return container?.pod === undefined ? undefined : this.#scenario.pods.get(container.pod)?.internalIP[0]
  }

  /** The file's id. The file is written if necessary. A declared file has its declared type and container. */
  file(path: string, process: RunningProcess, state: ObjectState, restype: string, time: bigint): Buffer {
    const declared = this.#scenario.files.get(path)
    const name = declared?.container === undefined ? process.identity.container : declared.container
    const containerId = this.containerId(name === '' ? undefined : name)
    const oid = createHash('sha1')
      .update(path)
      .update(containerId ?? '')
      .digest()
    const key = oid.toString('latin1')
    if (!this.#files.has(key)) {
      if (this.#files.size >= MAX_REMEMBERED_FILES) this.#files.clear()
      this.#files.add(key)
      const record: FileRecord = { state, oid, ts: time, restype: declared?.restype ?? restype.charCodeAt(0), path, containerId }
      this.#write({ branch: 'F', record })
    }
    return oid
  }

  /** True at the first call for a key. */
  #isFirstUse(key: string): boolean {
    if (this.#writtenEntities.has(key)) return false
    this.#writtenEntities.add(key)
    return true
  }
}

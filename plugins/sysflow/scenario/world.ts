// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import type { FileRecord, ObjectId, ObjectState, TraceRecord } from '../avro/trace-record.js'
import type { DeclaredProcess, Identity, Scenario } from './scenario.js'

/** A process that is alive. Its identity is replaced, not edited, when it executes a program or changes its user. */
export interface Running {
  readonly oid: ObjectId
  readonly poid: ObjectId | null
  identity: Identity
  /** Whether the trace has told of it. */
  written: boolean
}

/** Entities that a trace may refer to again without being told of them again; more than that, and they are written anew. */
const REMEMBERED_FILES = 100_000
const FIRST_PID = 1001
const PIDS = 4_000_000

/** Who is alive and what the trace has told of already. Each entity is written before the first record that refers to it. */
export class World {
  readonly #scenario: Scenario
  readonly #write: (record: TraceRecord) => void
  readonly #alive = new Map<string, Running>()
  /** Pods and containers that the trace has told of. */
  readonly #written = new Set<string>()
  readonly #pidsTaken: ReadonlySet<number | undefined>
  readonly #files = new Set<string>()
  #pidsGiven = 0

  constructor(scenario: Scenario, write: (record: TraceRecord) => void) {
    this.#scenario = scenario
    this.#write = write
    this.#pidsTaken = new Set([...scenario.processes.values()].map(process => process.pid))
    this.#write({ branch: 'H', record: scenario.header })
    for (const [name, declared] of scenario.processes) this.#alive.set(name, this.#begun(declared))
  }

  #begun(declared: DeclaredProcess): Running {
    const pid = declared.pid ?? this.#freshPid()
    // A millisecond apart, so that no two processes share a clone time.
    const createTS = this.#scenario.start - declared.age + BigInt(this.#alive.size) * 1_000_000n
    const parent = declared.parent === undefined ? undefined : this.#alive.get(declared.parent)
    return { oid: { createTS, hpid: pid }, poid: parent?.oid ?? null, identity: declared, written: false }
  }

  #freshPid(): number {
    let pid: number
    do pid = FIRST_PID + (this.#pidsGiven++ % PIDS)
    while (this.#pidsTaken.has(pid))
    return pid
  }

  /** The process of that name that was spawned last; written to the trace, with all that it stands on. */
  process(name: string, time: bigint): Running | undefined {
    const process = this.#alive.get(name)
    if (process) this.#introduce(name, process, time)
    return process
  }

  #introduce(name: string, process: Running, time: bigint): void {
    if (process.written) return
    process.written = true
    const parent = this.#scenario.processes.get(name)?.parent
    const running = parent === undefined ? undefined : this.#alive.get(parent)
    if (parent !== undefined && running && running.oid === process.poid) this.#introduce(parent, running, time)
    this.writeProcess(process, 'REUP', time)
  }

  spawn(name: string, parent: Running, identity: Identity, time: bigint, pid: number | undefined): Running {
    const process: Running = {
      oid: { createTS: time, hpid: pid ?? this.#freshPid() },
      poid: parent.oid,
      identity,
      written: true,
    }
    this.#alive.set(name, process)
    return process
  }

  exit(name: string): void {
    this.#alive.delete(name)
  }

  writeProcess(process: Running, state: ObjectState, time: bigint): void {
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

  /** Writes the container and its pod if need be. */
  containerId(name: string | undefined): string | null {
    const declared = name === undefined ? undefined : this.#scenario.containers.get(name)
    if (!declared) return null
    const { pod: podName, ...container } = declared
    const pod = podName === undefined ? undefined : this.#scenario.pods.get(podName)
    if (pod && this.#once(`pod ${podName}`)) this.#write({ branch: 'PD', record: { ts: this.#scenario.start, ...pod } })
    if (this.#once(`container ${name}`)) this.#write({ branch: 'C', record: { ...container, podId: pod?.id ?? null } })
    return container.id
  }

  /** Address that the process has in the network. */
  addressOf(process: Running): number | undefined {
    const container = this.#scenario.containers.get(process.identity.container ?? '')
    return container?.pod === undefined ? undefined : this.#scenario.pods.get(container.pod)?.internalIP[0]
  }

  /** The file's id; the file is written if need be. A declared file keeps its declared type and container. */
  file(path: string, process: Running, state: ObjectState, restype: string, time: bigint): Buffer {
    const declared = this.#scenario.files.get(path)
    const name = declared?.container === undefined ? process.identity.container : declared.container
    const containerId = this.containerId(name === '' ? undefined : name)
    const oid = createHash('sha1')
      .update(path)
      .update(containerId ?? '')
      .digest()
    const key = oid.toString('latin1')
    if (!this.#files.has(key)) {
      if (this.#files.size >= REMEMBERED_FILES) this.#files.clear()
      this.#files.add(key)
      const record: FileRecord = { state, oid, ts: time, restype: declared?.restype ?? restype.charCodeAt(0), path, containerId }
      this.#write({ branch: 'F', record })
    }
    return oid
  }

  /** True the first time. */
  #once(key: string): boolean {
    if (this.#written.has(key)) return false
    this.#written.add(key)
    return true
  }
}

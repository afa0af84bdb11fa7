// SPDX-License-Identifier: Apache-2.0

import { type DisabledOptimizations, NONE_DISABLED } from '../../../core/contract/host.js'
import { BRANCH_KINDS } from './branch-kinds.js'
import {
  Actor,
  type Container,
  type FileEntity,
  FileName,
  type Header,
  NO_CONTAINER,
  NO_POD,
  noFile,
  noHeader,
  type Pod,
  type Process,
  unknownActor,
} from './entities.js'
import { FileTable } from './file-table.js'
import { GenerationalMap } from './generational-map.js'
import { Interned } from './interned.js'
import { ProcessSlot, ProcessTable } from './process-table.js'
import { trimmed } from './trim.js'

/**
 * Maximum number of processes in a chain of ancestors. A longer chain is split, so some processes show fewer ancestors than
 * they have. Linux systems stay below a hundred; the limit bounds the cost of hostile traces.
 */
export const MAX_ANCESTRY = 1024
/**
 * Maximum chain length in a cycle of parents. A kernel cannot produce such a cycle. Each process of the cycle gets its own
 * chain, cut here.
 */
export const MAX_PARENT_CYCLE = 32

/** Capacity for the users, executables and containers of a host, and for the files that it uses repeatedly. */
const MAX_INTERNED_TEXTS = 4096
const MAX_INTERNED_NAMES = 16384

/** State that all traces of one reader share. It outlives the entities of each trace. */
export class SharedTraceState {
  /** Interned texts and file names; the same ones occur in every trace. */
  readonly texts: Interned<string>
  readonly names: Interned<FileName>
  /** Records by kind, in the order of BRANCH_KINDS. */
  readonly counts = new Float64Array(BRANCH_KINDS.length)
  readonly misses = { processes: 0, files: 0, containers: 0, pods: 0 }

  constructor(disabledOptimizations: DisabledOptimizations = NONE_DISABLED) {
    const isInterning = !disabledOptimizations.has('interning')
    this.texts = new Interned(isInterning ? MAX_INTERNED_TEXTS : 0, text => text)
    this.names = new Interned(isInterning ? MAX_INTERNED_NAMES : 0, (path, type) => new FileName(type, trimmed(path)))
  }
}

/** Maximum numbers of entities of one trace; see {@link EntityTables}. */
export interface TableCapacities {
  /** At this number of processes, the table searches for ended processes. */
  readonly processesBeforeSweep: number
  readonly processes: number
  readonly files: number
  readonly containers: number
}

const DEFAULT_CAPACITIES: TableCapacities = {
  processesBeforeSweep: 16 * 1024,
  processes: 512 * 1024,
  files: 256 * 1024,
  containers: 16 * 1024,
}

/**
 * The entities that a trace has introduced so far, and the look-ups of its events. The tables grow only with the entities of
 * the trace; a header clears them. A collector may run for months without another header. So ended processes are removed after
 * some time, and each table has a capacity: a full table becomes the old generation, entities that are looked up move from it
 * to the new one, and when the new one is full too, the rest of the old generation is evicted.
 *
 * An {@link Actor} is stored with its process. A record that can change an actor starts a new generation number. At its next
 * use, an actor of an older generation is checked, and replaced only if its chain contains another object.
 */
export class EntityTables {
  readonly #noHeader = noHeader()
  header: Header = this.#noHeader
  readonly unknownActor = unknownActor()
  readonly noFile = noFile()
  readonly counts: Float64Array
  readonly texts: Interned<string>
  readonly names: Interned<FileName>
  readonly misses: SharedTraceState['misses']

  readonly #capacities: TableCapacities
  #processes = new ProcessTable()
  #oldProcesses: ProcessTable | null = null
  /** At this number of processes, the table searches for ended processes again. */
  #processesToSweep: number
  #sweeps = 0
  #files = new FileTable()
  #oldFiles: FileTable | null = null
  readonly #containers: GenerationalMap<Container>
  readonly #pods: GenerationalMap<Pod>
  /** Files that were promoted from the old table. The old table still contains them. */
  #promotedFiles = 0
  /** Entities that were evicted with an old table. */
  #evicted = 0
  readonly #noProcess = new ProcessSlot(0, 0, -0.5, this.unknownActor)
  /** Result of the last look-up: consecutive events mostly belong to one process. */
  #lastSlot = this.#noProcess
  #generation = 0
  #lastWalk = 0

  constructor(sharedState = new SharedTraceState(), capacities = DEFAULT_CAPACITIES) {
    this.#capacities = capacities
    this.#processesToSweep = capacities.processesBeforeSweep
    this.#containers = new GenerationalMap(capacities.containers)
    this.#pods = new GenerationalMap(capacities.containers)
    this.counts = sharedState.counts
    this.texts = sharedState.texts
    this.names = sharedState.names
    this.misses = sharedState.misses
  }

  /** Number of entities in the tables, for reports; and the number of evicted entities, if not 0. */
  get sizes(): TableSizes {
    const files = this.#files.size + (this.#oldFiles?.size ?? 0) - this.#promotedFiles
    const processes = this.#processes.size + (this.#oldProcesses?.size ?? 0)
    const forgotten = this.#evicted + this.#containers.evicted + this.#pods.evicted
    const sizes = { processes, files, containers: this.#containers.size, pods: this.#pods.size }
    return forgotten > 0 ? { ...sizes, forgotten } : sizes
  }

  storeHeader(header: Header): void {
    this.header = header
    this.#processes.clear()
    this.#files.clear()
    this.#oldProcesses = null
    this.#oldFiles = null
    this.#promotedFiles = 0
    this.#containers.clear()
    this.#pods.clear()
    this.#lastSlot = this.#noProcess
    this.#generation++
  }

  storeContainer(container: Container): void {
    this.#containers.set(container.id, container)
    this.#generation++
  }

  storePod(pod: Pod): void {
    this.#pods.set(pod.id, pod)
    this.#generation++
  }

  storeProcess(process: Process): void {
    const { createHigh: high, createLow: low, pid } = process
    const found = this.#findProcess(high, low | 0, pid)
    const slot = found ?? this.#findOrCreateProcess(high, low | 0, pid)
    if (!slot.update(process)) return
    slot.parent = process.hasParent
      ? this.#findOrCreateProcess(process.parentCreateHigh, process.parentCreateLow | 0, process.parentPid)
      : null
    // No actor can depend on an identity that no earlier record has named.
    if (found !== null) this.#generation++
  }

  /** Marks the process of the last look-up as ended, if it is this one. Events of its last moments may still follow. */
  endProcess(high: number, low: number, pid: number): void {
    const slot = this.#lastSlot
    if (slot.low === low && slot.pid === pid && slot.high === high) slot.endedSweep = this.#sweeps
  }

  storeFile(file: FileEntity): void {
    this.#insertFile(file)
  }

  /** The current actor of the process with creation time `high`, `low` (both as signed 32 bits) and `pid`. */
  actor(high: number, low: number, pid: number): Actor {
    let slot = this.#lastSlot
    if (slot.low !== low || slot.pid !== pid || slot.high !== high) {
      const found = this.#findProcess(high, low, pid)
      if (found === null || found.process === null) {
        this.misses.processes++
        return this.unknownActor
      }
      slot = found
      this.#lastSlot = found
    }
    return slot.checkedGeneration === this.#generation ? slot.actor : this.#refreshActor(slot)
  }

  /** The file with the 20-byte identity at offset `at`. */
  file(view: DataView, at: number): FileEntity {
    const file = this.#files.find(view, at)
    if (file !== null) return file
    const old = this.#oldFiles === null ? null : this.#oldFiles.find(view, at)
    if (old !== null) {
      this.#promotedFiles++
      this.#insertFile(old)
      return old
    }
    this.misses.files++
    return this.noFile
  }

  /** The empty container if `id` is null or unknown. */
  container(id: string | null): Container {
    return id === null ? NO_CONTAINER : (this.#containers.get(id) ?? NO_CONTAINER)
  }

  pod({ podId }: Container): Pod {
    return podId === null ? NO_POD : (this.#pods.get(podId) ?? NO_POD)
  }

  #insertFile(file: FileEntity): void {
    this.#files.insert(file)
    if (this.#files.size >= this.#capacities.files) this.#rotateFiles()
  }

  #rotateFiles(): void {
    if (this.#oldFiles !== null) this.#evicted += this.#oldFiles.size - this.#promotedFiles
    this.#promotedFiles = 0
    this.#oldFiles = this.#files
    this.#files = new FileTable()
  }

  #findOrCreateProcess(high: number, low: number, pid: number): ProcessSlot {
    const found = this.#findProcess(high, low, pid)
    if (found !== null) return found
    const slot = new ProcessSlot(high, low, pid, this.unknownActor)
    this.#insertProcess(slot)
    return slot
  }

  #findProcess(high: number, low: number, pid: number): ProcessSlot | null {
    const found = this.#processes.find(high, low, pid)
    return found !== null || this.#oldProcesses === null ? found : this.#promoteProcess(this.#oldProcesses, high, low, pid)
  }

  /** Promotes the process with its ancestors, because records of the ancestors must find them. */
  #promoteProcess(old: ProcessTable, high: number, low: number, pid: number): ProcessSlot | null {
    const found = old.remove(high, low, pid)
    for (let slot = found; slot !== null; ) {
      this.#insertProcess(slot)
      const { parent } = slot
      slot = parent === null ? null : old.remove(parent.high, parent.low, parent.pid)
    }
    return found
  }

  /**
   * Removes the processes that had ended before the last sweep. If more than half remain, the threshold of the next sweep is
   * doubled.
   */
  #sweepProcesses(): void {
    this.#processes.retain(({ endedSweep }) => endedSweep === -1 || endedSweep === this.#sweeps)
    this.#sweeps++
    if (this.#processes.size > this.#processesToSweep / 2)
      this.#processesToSweep = Math.min(this.#processesToSweep * 2, this.#capacities.processes)
  }

  #insertProcess(slot: ProcessSlot): void {
    if (this.#processes.size >= this.#processesToSweep) this.#sweepProcesses()
    if (this.#processes.size >= this.#capacities.processes) {
      this.#evicted += this.#oldProcesses?.size ?? 0
      this.#oldProcesses = this.#processes
      this.#processes = new ProcessTable()
      // The next look-up of this process promotes it.
      this.#lastSlot = this.#noProcess
    }
    this.#processes.add(slot)
  }

  /** Checks the actors of `slot` and its ancestors, farthest first. */
  #refreshActor(slot: ProcessSlot): Actor {
    const walk = ++this.#lastWalk
    const path: ProcessSlot[] = []
    let next: ProcessSlot | null = slot
    while (next !== null && next.process !== null && next.checkedGeneration !== this.#generation && next.lastWalk !== walk) {
      if (path.length === MAX_ANCESTRY) {
        next = null
        break
      }
      next.lastWalk = walk
      next.walkStep = path.length
      path.push(next)
      next = next.parent
    }
    let parent: Actor | null = null
    let depth = 0
    let last = path.length - 1
    if (next?.process) {
      if (next.checkedGeneration !== this.#generation) {
        const cycle = path.slice(next.walkStep)
        for (let position = 0; position < cycle.length; position++) this.#resolveActorInCycle(cycle, position)
        last = next.walkStep - 1
      }
      parent = next.actor
      depth = next.depth
    }
    for (let step = last; step >= 0; step--) {
      const descendant = path[step] as ProcessSlot
      if (depth === MAX_ANCESTRY) {
        parent = null
        depth = 0
      }
      parent = this.#resolveActor(descendant, descendant.actor, parent)
      descendant.actor = parent
      descendant.depth = ++depth
      descendant.checkedGeneration = this.#generation
    }
    return slot.actor
  }

  /** A chain that begins at a member of a cycle goes round once. It shares nothing with the chains of the other members. */
  #resolveActorInCycle(cycle: readonly ProcessSlot[], position: number): void {
    const slot = cycle[position] as ProcessSlot
    const length = Math.min(cycle.length, MAX_PARENT_CYCLE)
    const before: (Actor | null)[] = []
    for (let step = 0, actor: Actor | null = slot.actor; step < length; step++) {
      before.push(actor)
      actor = actor?.parent ?? null
    }
    let parent: Actor | null = null
    for (let step = length - 1; step >= 0; step--)
      parent = this.#resolveActor(cycle[(position + step) % cycle.length] as ProcessSlot, before[step] ?? null, parent)
    slot.actor = parent ?? slot.actor
    slot.depth = length
    slot.checkedGeneration = this.#generation
  }

  /** The actor of `slot` with parent `parent`. Returns `before` if it consists of the same objects. */
  #resolveActor(slot: ProcessSlot, before: Actor | null, parent: Actor | null): Actor {
    const process = slot.process as Process
    const { containerId } = process
    const container = this.container(containerId)
    const pod = this.pod(container)
    if (
      before !== null &&
      before.process === process &&
      before.parent === parent &&
      before.container === container &&
      before.pod === pod
    )
      return before
    if (containerId !== null && container === NO_CONTAINER) this.misses.containers++
    if (container.podId !== null && pod === NO_POD) this.misses.pods++
    return new Actor(process, parent, container, pod)
  }
}

interface TableSizes {
  readonly processes: number
  readonly files: number
  readonly containers: number
  readonly pods: number
  readonly forgotten?: number
}

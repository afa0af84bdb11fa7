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
 * Processes in a chain of ancestors, at most: a longer one is cut into several, so some process shows few ancestors though it
 * has many. Linux systems stay below a hundred; a trace that is made to harm must end somewhere.
 */
export const MAX_ANCESTRY = 1024
/** A circle of parents cannot come from a kernel; each of its members gets a chain of its own, cut here. */
export const MAX_PARENT_CYCLE = 32

/** Users, executables, containers of a host; and the files that it uses again and again. */
const MAX_INTERNED_TEXTS = 4096
const MAX_INTERNED_NAMES = 16384

/** What all traces of one reader share: it outlives the entities of each. */
export class SharedTraceState {
  /** Texts and names of files: the same ones come again in every trace. */
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

/** Entities of one trace that a table has room for; see {@link EntityTables}. */
export interface TableCapacities {
  /** At this many, processes that have ended are looked for. */
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
 * The entities that a trace has introduced so far, and the look-ups of its events. They grow with the entities of the trace
 * alone; a header clears them. A collector may run for months without another header, so processes go some time after they have
 * ended, and each table has room for so many: when it is full it is put aside, what is asked for is carried over into the next
 * one, and when that is full too, what nobody has asked for since is forgotten.
 *
 * An {@link Actor} is kept with its process. A record that changes what some actor may consist of begins a new generation;
 * an actor of an older one is looked over at its next use and replaced only if something in its chain is another object.
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
  /** At this many, those that have ended are looked for again. */
  #processesToSweep: number
  #sweeps = 0
  #files = new FileTable()
  #oldFiles: FileTable | null = null
  readonly #containers: GenerationalMap<Container>
  readonly #pods: GenerationalMap<Pod>
  /** Files that were carried over from the table put aside, where they still are. */
  #promotedFiles = 0
  /** Entities that were forgotten with a table. */
  #evicted = 0
  readonly #noProcess = new ProcessSlot(0, 0, -0.5, this.unknownActor)
  /** Where the last look-up ended: neighbouring events mostly belong to one process. */
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

  /** Entities held, for reports; those that were forgotten, if there are any. */
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
    // Nothing can depend yet on an identity that no record has named before.
    if (found !== null) this.#generation++
  }

  /** The process of the last look-up, if it is this one, has ended. Events of its last moments may still follow. */
  endProcess(high: number, low: number, pid: number): void {
    const slot = this.#lastSlot
    if (slot.low === low && slot.pid === pid && slot.high === high) slot.endedSweep = this.#sweeps
  }

  storeFile(file: FileEntity): void {
    this.#insertFile(file)
  }

  /** The process with creation time `high`, `low` (both as signed 32 bits) and `pid`, as it stands now. */
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

  /** The file whose 20-byte identity stands at `at`. */
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

  /** The empty one if there is none, or it is not known. */
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

  /** With its ancestors, which a record of theirs must find. */
  #promoteProcess(old: ProcessTable, high: number, low: number, pid: number): ProcessSlot | null {
    const found = old.remove(high, low, pid)
    for (let slot = found; slot !== null; ) {
      this.#insertProcess(slot)
      const { parent } = slot
      slot = parent === null ? null : old.remove(parent.high, parent.low, parent.pid)
    }
    return found
  }

  /** Those that had ended before the last sweep go; if that were few, there is to be more room before the next. */
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
      // Its next look-up carries it over.
      this.#lastSlot = this.#noProcess
    }
    this.#processes.add(slot)
  }

  /** Looks over the actors of `slot` and its ancestors, farthest first. */
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

  /** A chain that begins at a member of a circle goes once round and shares nothing with the chains of the others. */
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

  /** The actor of `slot` below `parent`: `before` itself, if that is what it consists of. */
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

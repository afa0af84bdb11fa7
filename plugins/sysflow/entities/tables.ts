// SPDX-License-Identifier: Apache-2.0
import { WITHOUT_NOTHING, type Without } from '../../../core/contract/optimisation.js'
import { AgingMap } from './aging.js'
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
import { Interned } from './interned.js'
import { BRANCH_KINDS } from '../avro/layout.js'
import { ProcessSlot, ProcessTable } from './process-table.js'
import { trimmed } from './trim.js'

/**
 * Processes in a chain of ancestors, at most: a longer one is cut into several, so some process shows few ancestors though it
 * has many. Linux systems stay below a hundred; a trace that is made to harm must end somewhere.
 */
export const LONGEST_ANCESTRY = 1024
/** A circle of parents cannot come from a kernel; each of its members gets a chain of its own, cut here. */
export const LONGEST_CIRCLE = 32

/** Users, executables, containers of a host; and the files that it uses again and again. */
const KNOWN_TEXTS = 4096
const KNOWN_NAMES = 16384

/** What all traces of one reader share: it outlives the entities of each. */
export class Shared {
  /** Texts and names of files: the same ones come again in every trace. */
  readonly texts: Interned<string>
  readonly names: Interned<FileName>
  /** Records by kind, in the order of BRANCH_KINDS. */
  readonly counts = new Float64Array(BRANCH_KINDS.length)
  readonly misses = { processes: 0, files: 0, containers: 0, pods: 0 }

  constructor(without: Without = WITHOUT_NOTHING) {
    const isInterning = !without.has('interning')
    this.texts = new Interned(isInterning ? KNOWN_TEXTS : 0, text => text)
    this.names = new Interned(isInterning ? KNOWN_NAMES : 0, (path, type) => new FileName(type, trimmed(path)))
  }
}

/** Entities of one trace that a table has room for; see {@link Tables}. */
export interface Room {
  /** At this many, processes that have ended are looked for. */
  readonly processesAtFirst: number
  readonly processes: number
  readonly files: number
  readonly containers: number
}

const ROOM: Room = { processesAtFirst: 16 * 1024, processes: 512 * 1024, files: 256 * 1024, containers: 16 * 1024 }

/**
 * The entities that a trace has introduced so far, and the look-ups of its events. They grow with the entities of the trace
 * alone; a header clears them. A collector may run for months without another header, so processes go some time after they have
 * ended, and each table has room for so many: when it is full it is put aside, what is asked for is carried over into the next
 * one, and when that is full too, what nobody has asked for since is forgotten.
 *
 * An {@link Actor} is kept with its process. A record that changes what some actor may consist of begins a new generation;
 * an actor of an older one is looked over at its next use and replaced only if something in its chain is another object.
 */
export class Tables {
  readonly #noHeader = noHeader()
  header: Header = this.#noHeader
  readonly unknownActor = unknownActor()
  readonly noFile = noFile()
  readonly counts: Float64Array
  readonly texts: Interned<string>
  readonly names: Interned<FileName>
  readonly misses: Shared['misses']

  readonly #room: Room
  #processes = new ProcessTable()
  #oldProcesses: ProcessTable | null = null
  /** At this many, those that have ended are looked for again. */
  #processesToSweep: number
  #sweeps = 0
  #files = new FileTable()
  #oldFiles: FileTable | null = null
  readonly #containers: AgingMap<Container>
  readonly #pods: AgingMap<Pod>
  /** Files that were carried over from the table put aside, where they still are. */
  #carriedFiles = 0
  /** Entities that were forgotten with a table. */
  #forgotten = 0
  readonly #nobody = new ProcessSlot(0, 0, -0.5, this.unknownActor)
  /** Where the last look-up ended: neighbouring events mostly belong to one process. */
  #last = this.#nobody
  #generation = 0
  #walk = 0

  constructor(shared = new Shared(), room = ROOM) {
    this.#room = room
    this.#processesToSweep = room.processesAtFirst
    this.#containers = new AgingMap(room.containers)
    this.#pods = new AgingMap(room.containers)
    this.counts = shared.counts
    this.texts = shared.texts
    this.names = shared.names
    this.misses = shared.misses
  }

  /** Entities held, for reports; those that were forgotten, if there are any. */
  get sizes(): Sizes {
    const files = this.#files.size + (this.#oldFiles?.size ?? 0) - this.#carriedFiles
    const processes = this.#processes.size + (this.#oldProcesses?.size ?? 0)
    const forgotten = this.#forgotten + this.#containers.forgotten + this.#pods.forgotten
    const sizes = { processes, files, containers: this.#containers.size, pods: this.#pods.size }
    return forgotten > 0 ? { ...sizes, forgotten } : sizes
  }

  fileHeader(header: Header): void {
    this.header = header
    this.#processes.clear()
    this.#files.clear()
    this.#oldProcesses = null
    this.#oldFiles = null
    this.#carriedFiles = 0
    this.#containers.clear()
    this.#pods.clear()
    this.#last = this.#nobody
    this.#generation++
  }

  fileContainer(container: Container): void {
    this.#containers.set(container.id, container)
    this.#generation++
  }

  filePod(pod: Pod): void {
    this.#pods.set(pod.id, pod)
    this.#generation++
  }

  fileProcess(process: Process): void {
    const { createHigh: high, createLow: low, pid } = process
    const found = this.#find(high, low | 0, pid)
    const slot = found ?? this.#slot(high, low | 0, pid)
    if (!slot.file(process)) return
    slot.parent = process.hasParent ? this.#slot(process.parentCreateHigh, process.parentCreateLow | 0, process.parentPid) : null
    // Nothing can depend yet on an identity that no record has named before.
    if (found !== null) this.#generation++
  }

  /** The process of the last look-up, if it is this one, has ended. Events of its last moments may still follow. */
  endProcess(high: number, low: number, pid: number): void {
    const slot = this.#last
    if (slot.low === low && slot.pid === pid && slot.high === high) slot.ended = this.#sweeps
  }

  fileFile(file: FileEntity): void {
    this.#keepFile(file)
  }

  /** The process with creation time `high`, `low` (both as signed 32 bits) and `pid`, as it stands now. */
  actor(high: number, low: number, pid: number): Actor {
    let slot = this.#last
    if (slot.low !== low || slot.pid !== pid || slot.high !== high) {
      const found = this.#find(high, low, pid)
      if (found === null || found.process === null) {
        this.misses.processes++
        return this.unknownActor
      }
      slot = found
      this.#last = found
    }
    return slot.checked === this.#generation ? slot.actor : this.#refresh(slot)
  }

  /** The file whose 20-byte identity stands at `at`. */
  file(view: DataView, at: number): FileEntity {
    const file = this.#files.find(view, at)
    if (file !== null) return file
    const old = this.#oldFiles === null ? null : this.#oldFiles.find(view, at)
    if (old !== null) {
      this.#carriedFiles++
      this.#keepFile(old)
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

  #keepFile(file: FileEntity): void {
    this.#files.file(file)
    if (this.#files.size >= this.#room.files) this.#turnFiles()
  }

  #turnFiles(): void {
    if (this.#oldFiles !== null) this.#forgotten += this.#oldFiles.size - this.#carriedFiles
    this.#carriedFiles = 0
    this.#oldFiles = this.#files
    this.#files = new FileTable()
  }

  #slot(high: number, low: number, pid: number): ProcessSlot {
    const found = this.#find(high, low, pid)
    if (found !== null) return found
    const slot = new ProcessSlot(high, low, pid, this.unknownActor)
    this.#add(slot)
    return slot
  }

  #find(high: number, low: number, pid: number): ProcessSlot | null {
    const found = this.#processes.find(high, low, pid)
    return found !== null || this.#oldProcesses === null ? found : this.#carryOver(this.#oldProcesses, high, low, pid)
  }

  /** With its ancestors, which a record of theirs must find. */
  #carryOver(old: ProcessTable, high: number, low: number, pid: number): ProcessSlot | null {
    const found = old.take(high, low, pid)
    for (let slot = found; slot !== null; ) {
      this.#add(slot)
      const { parent } = slot
      slot = parent === null ? null : old.take(parent.high, parent.low, parent.pid)
    }
    return found
  }

  /** Those that had ended before the last sweep go; if that were few, there is to be more room before the next. */
  #sweepProcesses(): void {
    this.#processes.keep(({ ended }) => ended === -1 || ended === this.#sweeps)
    this.#sweeps++
    if (this.#processes.size > this.#processesToSweep / 2)
      this.#processesToSweep = Math.min(this.#processesToSweep * 2, this.#room.processes)
  }

  #add(slot: ProcessSlot): void {
    if (this.#processes.size >= this.#processesToSweep) this.#sweepProcesses()
    if (this.#processes.size >= this.#room.processes) {
      this.#forgotten += this.#oldProcesses?.size ?? 0
      this.#oldProcesses = this.#processes
      this.#processes = new ProcessTable()
      // Its next look-up carries it over.
      this.#last = this.#nobody
    }
    this.#processes.add(slot)
  }

  /** Looks over the actors of `slot` and its ancestors, farthest first. */
  #refresh(slot: ProcessSlot): Actor {
    const walk = ++this.#walk
    const path: ProcessSlot[] = []
    let next: ProcessSlot | null = slot
    while (next !== null && next.process !== null && next.checked !== this.#generation && next.walk !== walk) {
      if (path.length === LONGEST_ANCESTRY) {
        next = null
        break
      }
      next.walk = walk
      next.step = path.length
      path.push(next)
      next = next.parent
    }
    let parent: Actor | null = null
    let depth = 0
    let last = path.length - 1
    if (next?.process) {
      if (next.checked !== this.#generation) {
        const circle = path.slice(next.step)
        for (let member = 0; member < circle.length; member++) this.#settleInCircle(circle, member)
        last = next.step - 1
      }
      parent = next.actor
      depth = next.depth
    }
    for (let step = last; step >= 0; step--) {
      const descendant = path[step] as ProcessSlot
      if (depth === LONGEST_ANCESTRY) {
        parent = null
        depth = 0
      }
      parent = this.#settle(descendant, descendant.actor, parent)
      descendant.actor = parent
      descendant.depth = ++depth
      descendant.checked = this.#generation
    }
    return slot.actor
  }

  /** A chain that begins at a member of a circle goes once round and shares nothing with the chains of the others. */
  #settleInCircle(circle: readonly ProcessSlot[], member: number): void {
    const slot = circle[member] as ProcessSlot
    const length = Math.min(circle.length, LONGEST_CIRCLE)
    const before: (Actor | null)[] = []
    for (let step = 0, actor: Actor | null = slot.actor; step < length; step++) {
      before.push(actor)
      actor = actor?.parent ?? null
    }
    let parent: Actor | null = null
    for (let step = length - 1; step >= 0; step--)
      parent = this.#settle(circle[(member + step) % circle.length] as ProcessSlot, before[step] ?? null, parent)
    slot.actor = parent ?? slot.actor
    slot.depth = length
    slot.checked = this.#generation
  }

  /** The actor of `slot` below `parent`: `before` itself, if that is what it consists of. */
  #settle(slot: ProcessSlot, before: Actor | null, parent: Actor | null): Actor {
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

interface Sizes {
  readonly processes: number
  readonly files: number
  readonly containers: number
  readonly pods: number
  readonly forgotten?: number
}

// SPDX-License-Identifier: Apache-2.0
import { WITHOUT_NOTHING, type Without } from '../contract/optimisation.js'
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
import { BRANCH_KINDS } from './layout.js'
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

/**
 * The entities that a trace has introduced so far, and the look-ups of its events. They grow with the entities of the trace
 * alone; a header clears them.
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

  readonly #processes = new ProcessTable()
  readonly #files = new FileTable()
  readonly #containers = new Map<string, Container>()
  readonly #pods = new Map<string, Pod>()
  readonly #nobody = new ProcessSlot(0, 0, -0.5, this.unknownActor)
  /** Where the last look-up ended: neighbouring events mostly belong to one process. */
  #last = this.#nobody
  #generation = 0
  #walk = 0

  constructor(shared = new Shared()) {
    this.counts = shared.counts
    this.texts = shared.texts
    this.names = shared.names
    this.misses = shared.misses
  }

  /** Entities held, for reports. */
  get sizes(): { readonly processes: number; readonly files: number; readonly containers: number; readonly pods: number } {
    const { size: processes } = this.#processes
    return { processes, files: this.#files.size, containers: this.#containers.size, pods: this.#pods.size }
  }

  fileHeader(header: Header): void {
    this.header = header
    this.#processes.clear()
    this.#files.clear()
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
    const found = this.#processes.find(high, low | 0, pid)
    const slot = found ?? this.#slot(high, low | 0, pid)
    if (!slot.file(process)) return
    slot.parent = process.hasParent ? this.#slot(process.parentCreateHigh, process.parentCreateLow | 0, process.parentPid) : null
    // Nothing can depend yet on an identity that no record has named before.
    if (found !== null) this.#generation++
  }

  fileFile(file: FileEntity): void {
    this.#files.file(file)
  }

  /** The process with creation time `high`, `low` (both as signed 32 bits) and `pid`, as it stands now. */
  actor(high: number, low: number, pid: number): Actor {
    let slot = this.#last
    if (slot.low !== low || slot.pid !== pid || slot.high !== high) {
      const found = this.#processes.find(high, low, pid)
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
    this.misses.files++
    return this.noFile
  }

  #slot(high: number, low: number, pid: number): ProcessSlot {
    const found = this.#processes.find(high, low, pid)
    if (found !== null) return found
    const slot = new ProcessSlot(high, low, pid, this.unknownActor)
    this.#processes.add(slot)
    return slot
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
    const container = containerId === null ? NO_CONTAINER : (this.#containers.get(containerId) ?? NO_CONTAINER)
    const pod = container.podId === null ? NO_POD : (this.#pods.get(container.podId) ?? NO_POD)
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

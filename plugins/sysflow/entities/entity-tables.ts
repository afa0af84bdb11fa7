// SPDX-License-Identifier: Apache-2.0

import { type DisabledOptimizations, NONE_DISABLED } from '../../../core/contract/host.js'
import { ActorChains, containerOf, podOf } from './actor-chains.js'
import { BRANCH_KINDS } from './branch-kinds.js'
import {
  type Actor,
  type Container,
  type FileEntity,
  FileName,
  type Header,
  noFile,
  noHeader,
  type Pod,
  type Process,
  unknownActor,
} from './entities.js'
import { FileTable } from './file-table.js'
import { GenerationalMap } from './generational-map.js'
import { Interned } from './interned.js'
import { type ProcessCapacities, ProcessGenerations } from './process-generations.js'
import { ProcessSlot } from './process-table.js'
import { trimmed } from './trim.js'

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
export interface TableCapacities extends ProcessCapacities {
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
  readonly #processes: ProcessGenerations
  #files = new FileTable()
  #oldFiles: FileTable | null = null
  readonly #containers: GenerationalMap<Container>
  readonly #pods: GenerationalMap<Pod>
  /** Files that were promoted from the old table. The old table still contains them. */
  #promotedFiles = 0
  /** Files that were evicted with an old table. */
  #evictedFiles = 0
  readonly #noProcess = new ProcessSlot(0, 0, -0.5, this.unknownActor)
  /** Result of the last look-up: consecutive events mostly belong to one process. */
  #lastSlot = this.#noProcess
  #generation = 0
  readonly #actors: ActorChains

  constructor(sharedState = new SharedTraceState(), capacities = DEFAULT_CAPACITIES) {
    this.#capacities = capacities
    this.#processes = new ProcessGenerations(capacities, this.unknownActor)
    this.#containers = new GenerationalMap(capacities.containers)
    this.#pods = new GenerationalMap(capacities.containers)
    this.counts = sharedState.counts
    this.texts = sharedState.texts
    this.names = sharedState.names
    this.misses = sharedState.misses
    this.#actors = new ActorChains(this.#containers, this.#pods, this.misses)
  }

  /** Number of entities in the tables, for reports; and the number of evicted entities, if not 0. */
  get sizes(): TableSizes {
    const files = this.#files.size + (this.#oldFiles?.size ?? 0) - this.#promotedFiles
    const forgotten = this.#evictedFiles + this.#processes.evicted + this.#containers.evicted + this.#pods.evicted
    const sizes = { processes: this.#processes.size, files, containers: this.#containers.size, pods: this.#pods.size }
    return forgotten > 0 ? { ...sizes, forgotten } : sizes
  }

  storeHeader(header: Header): void {
    this.header = header
    this.#processes.clear()
    this.#files.clear()
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
    const { rotations } = this.#processes
    const found = this.#processes.find(high, low | 0, pid)
    const slot = found ?? this.#processes.findOrCreate(high, low | 0, pid)
    if (slot.update(process)) {
      slot.parent = process.hasParent
        ? this.#processes.findOrCreate(process.parentCreateHigh, process.parentCreateLow | 0, process.parentPid)
        : null
      // No actor can depend on an identity that no earlier record has named.
      if (found !== null) this.#generation++
    }
    // The next look-up of this process promotes it.
    if (this.#processes.rotations !== rotations) this.#lastSlot = this.#noProcess
  }

  /** Marks the process of the last look-up as ended, if it is this one. */
  endProcess(high: number, low: number, pid: number): void {
    const slot = this.#lastSlot
    if (slot.low === low && slot.pid === pid && slot.high === high) this.#processes.markEnded(slot)
  }

  storeFile(file: FileEntity): void {
    this.#insertFile(file)
  }

  /** The current actor of the process with creation time `high`, `low` (both as signed 32 bits) and `pid`. */
  actor(high: number, low: number, pid: number): Actor {
    let slot = this.#lastSlot
    if (slot.low !== low || slot.pid !== pid || slot.high !== high) {
      const found = this.#processes.find(high, low, pid)
      if (found === null || found.process === null) {
        this.misses.processes++
        // The last process may now be in the old generation: its next look-up promotes it.
        this.#lastSlot = this.#noProcess
        return this.unknownActor
      }
      slot = found
      this.#lastSlot = found
    }
    return slot.checkedGeneration === this.#generation ? slot.actor : this.#actors.refresh(slot, this.#generation)
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
    return containerOf(id, this.#containers)
  }

  pod(container: Container): Pod {
    return podOf(container, this.#pods)
  }

  #insertFile(file: FileEntity): void {
    this.#files.insert(file)
    if (this.#files.size >= this.#capacities.files) this.#rotateFiles()
  }

  #rotateFiles(): void {
    if (this.#oldFiles !== null) this.#evictedFiles += this.#oldFiles.size - this.#promotedFiles
    this.#promotedFiles = 0
    this.#oldFiles = this.#files
    this.#files = new FileTable()
  }
}

interface TableSizes {
  readonly processes: number
  readonly files: number
  readonly containers: number
  readonly pods: number
  readonly forgotten?: number
}

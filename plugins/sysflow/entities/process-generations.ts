// SPDX-License-Identifier: Apache-2.0
import type { Actor } from './entities.js'
import { ProcessSlot, ProcessTable } from './process-table.js'

/** Maximum numbers of processes. */
export interface ProcessCapacities {
  /** At this number of processes, the table searches for ended processes. */
  readonly processesBeforeSweep: number
  readonly processes: number
}

/**
 * The processes of a trace in two generations. Ended processes are removed after some time. A full table becomes the old
 * generation; processes that are looked up move from it to the new one, and when the new one is full too, the rest is evicted.
 */
export class ProcessGenerations {
  readonly #capacities: ProcessCapacities
  readonly #initialActor: Actor
  #table = new ProcessTable()
  #oldTable: ProcessTable | null = null
  /** At this number of processes, the table searches for ended processes again. */
  #sizeToSweep: number
  #sweeps = 0
  /** Processes that were evicted with an old table. */
  evicted = 0
  /** How often a full table became the old generation. */
  rotations = 0

  /** `initialActor`: the actor of a process until its own is created. */
  constructor(capacities: ProcessCapacities, initialActor: Actor) {
    this.#capacities = capacities
    this.#initialActor = initialActor
    this.#sizeToSweep = capacities.processesBeforeSweep
  }

  get size(): number {
    return this.#table.size + (this.#oldTable?.size ?? 0)
  }

  find(high: number, low: number, pid: number): ProcessSlot | null {
    const found = this.#table.find(high, low, pid)
    return found !== null || this.#oldTable === null ? found : this.#promote(this.#oldTable, high, low, pid)
  }

  findOrCreate(high: number, low: number, pid: number): ProcessSlot {
    const found = this.find(high, low, pid)
    if (found !== null) return found
    const slot = new ProcessSlot(high, low, pid, this.#initialActor)
    this.#insert(slot)
    return slot
  }

  /** Events of the last moments of the process may still follow. */
  markEnded(slot: ProcessSlot): void {
    slot.endedSweep = this.#sweeps
  }

  clear(): void {
    this.#table.clear()
    this.#oldTable = null
  }

  /** Promotes the process with its ancestors, because records of the ancestors must find them. */
  #promote(old: ProcessTable, high: number, low: number, pid: number): ProcessSlot | null {
    const found = old.remove(high, low, pid)
    for (let slot = found; slot !== null; ) {
      this.#insert(slot)
      const { parent } = slot
      slot = parent === null ? null : old.remove(parent.high, parent.low, parent.pid)
    }
    return found
  }

  #insert(slot: ProcessSlot): void {
    if (this.#table.size >= this.#sizeToSweep) this.#sweep()
    if (this.#table.size >= this.#capacities.processes) {
      this.evicted += this.#oldTable?.size ?? 0
      this.#oldTable = this.#table
      this.#table = new ProcessTable()
      this.rotations++
    }
    this.#table.add(slot)
  }

  /**
   * Removes the processes that had ended before the last sweep. If more than half remain, the threshold of the next sweep is
   * doubled.
   */
  #sweep(): void {
    this.#table.retain(({ endedSweep }) => endedSweep === -1 || endedSweep === this.#sweeps)
    this.#sweeps++
    if (this.#table.size > this.#sizeToSweep / 2) this.#sizeToSweep = Math.min(this.#sizeToSweep * 2, this.#capacities.processes)
  }
}

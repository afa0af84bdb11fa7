// SPDX-License-Identifier: Apache-2.0
import { type Actor, OBJECT_STATES, type Process } from './entities.js'

/** What the tables know of one process identity. */
export class ProcessSlot {
  /** The record that counts: MODIFIED beats CREATED beats REUP (Q17); null while only a child has named this identity. */
  process: Process | null = null
  parent: ProcessSlot | null = null
  /** Valid while `checked` is the tables' generation. */
  actor: Actor
  checked = -1
  /** Processes in the actor's chain. */
  depth = 0
  /** Last walk along the ancestors that came by here, and its step. */
  walk = 0
  step = 0
  readonly #byState: (Process | null)[] = OBJECT_STATES.map(() => null)

  constructor(
    readonly high: number,
    readonly low: number,
    readonly pid: number,
    actor: Actor,
  ) {
    this.actor = actor
  }

  /** True if the record that counts is now another one. */
  file(process: Process): boolean {
    this.#byState[process.state] = process
    const [created, modified, reup] = this.#byState
    const winner = modified ?? created ?? reup ?? null
    if (winner === this.process) return false
    this.process = winner
    return true
  }
}

/** Processes by identity: creation time (two signed 32-bit halves) and process id. Open addressing, at most half full. */
export class ProcessTable {
  #slots: (ProcessSlot | null)[] = new Array<ProcessSlot | null>(SMALLEST).fill(null)
  #mask = SMALLEST - 1
  #size = 0
  readonly #seed = Math.trunc(Math.random() * 0x7fffffff)

  get size(): number {
    return this.#size
  }

  find(high: number, low: number, pid: number): ProcessSlot | null {
    const slots = this.#slots
    const mask = this.#mask
    for (let at = this.#hash(high, low, pid) & mask; ; at = (at + 1) & mask) {
      const slot = slots[at] as ProcessSlot | null
      if (slot === null || (slot.low === low && slot.pid === pid && slot.high === high)) return slot
    }
  }

  /** The slot must not be there yet. */
  add(slot: ProcessSlot): void {
    if (++this.#size * 2 > this.#slots.length) this.#grow()
    this.#put(slot)
  }

  clear(): void {
    this.#slots = new Array<ProcessSlot | null>(SMALLEST).fill(null)
    this.#mask = SMALLEST - 1
    this.#size = 0
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Array<ProcessSlot | null>(old.length * 2).fill(null)
    this.#mask = this.#slots.length - 1
    for (const slot of old) if (slot !== null) this.#put(slot)
  }

  #put(slot: ProcessSlot): void {
    let at = this.#hash(slot.high, slot.low, slot.pid) & this.#mask
    while (this.#slots[at] !== null) at = (at + 1) & this.#mask
    this.#slots[at] = slot
  }

  /** Seeded, so that nobody can write a trace whose processes all meet in one place. */
  #hash(high: number, low: number, pid: number): number {
    let hash = Math.imul(low ^ this.#seed, 0x9e3779b1)
    hash = Math.imul(hash ^ (hash >>> 15) ^ high, 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13) ^ (pid | 0), 0xc2b2ae35)
    return hash ^ (hash >>> 16)
  }
}

const SMALLEST = 256

// SPDX-License-Identifier: Apache-2.0

import { type Actor, OBJECT_STATES, type Process } from './entities.js'
import { randomInt32 } from './file-table.js'

/** The state of one process identity. */
export class ProcessSlot {
  /**
   * The effective record: MODIFIED takes precedence over CREATED, and CREATED over REUP (Q17). Null while only a child has
   * named this identity.
   */
  process: Process | null = null
  parent: ProcessSlot | null = null
  /** Valid while `checkedGeneration` equals the generation of the tables. */
  actor: Actor
  checkedGeneration = -1
  /** Number of processes in the actor's chain. */
  depth = 0
  /** The last walk along the ancestors that visited this slot, and its step in that walk. */
  lastWalk = 0
  walkStep = 0
  /** The sweep of the tables before which the process ended; -1 while it runs. */
  endedSweep = -1
  /** Next slot of the same bucket. */
  next: ProcessSlot | null = null
  readonly #byState: (Process | null)[] = OBJECT_STATES.map(() => null)

  constructor(
    readonly high: number,
    readonly low: number,
    readonly pid: number,
    actor: Actor,
  ) {
    this.actor = actor
  }

  /** Returns true if the effective record has changed. */
  update(process: Process): boolean {
    this.#byState[process.state] = process
    const [created, modified, reup] = this.#byState
    const current = modified ?? created ?? reup ?? null
    if (current === this.process) return false
    this.process = current
    return true
  }
}

/**
 * Processes by identity: creation time (two signed 32-bit halves) and process id. Each bucket has a chain of processes, one on
 * average.
 */
export class ProcessTable {
  #buckets: (ProcessSlot | null)[] = new Array<ProcessSlot | null>(MIN_BUCKETS).fill(null)
  #shift = 32 - Math.log2(MIN_BUCKETS)
  #size = 0
  readonly #factors = Int32Array.from({ length: 8 }, randomInt32)

  get size(): number {
    return this.#size
  }

  find(high: number, low: number, pid: number): ProcessSlot | null {
    let slot = this.#buckets[this.#bucketOf(high, low, pid)] as ProcessSlot | null
    while (slot !== null && (slot.low !== low || slot.pid !== pid || slot.high !== high)) slot = slot.next
    return slot
  }

  /** Removes a slot and returns it. */
  remove(high: number, low: number, pid: number): ProcessSlot | null {
    const bucket = this.#bucketOf(high, low, pid)
    let before: ProcessSlot | null = null
    let slot = this.#buckets[bucket] as ProcessSlot | null
    while (slot !== null && (slot.low !== low || slot.pid !== pid || slot.high !== high)) {
      before = slot
      slot = slot.next
    }
    if (slot === null) return null
    if (before === null) this.#buckets[bucket] = slot.next
    else before.next = slot.next
    slot.next = null
    this.#size--
    return slot
  }

  /** Adds a slot that is not in the table yet. */
  add(slot: ProcessSlot): void {
    if (++this.#size > this.#buckets.length) this.#grow()
    this.#link(slot)
  }

  /** Removes the slots for which `isRetained` returns false. */
  retain(isRetained: (slot: ProcessSlot) => boolean): void {
    const old = this.#buckets
    this.clear()
    for (const chain of old)
      for (let slot = chain; slot !== null; ) {
        const { next } = slot
        if (isRetained(slot)) this.add(slot)
        slot = next
      }
  }

  clear(): void {
    this.#buckets = new Array<ProcessSlot | null>(MIN_BUCKETS).fill(null)
    this.#shift = 32 - Math.log2(MIN_BUCKETS)
    this.#size = 0
  }

  /** Number of processes in the longest chain, for tests of hostile traces. */
  get longestChain(): number {
    return Math.max(...this.#buckets.map(chain => chainLength(chain)))
  }

  #grow(): void {
    const old = this.#buckets
    this.#buckets = new Array<ProcessSlot | null>(old.length * 2).fill(null)
    this.#shift--
    for (const chain of old)
      for (let slot = chain; slot !== null; ) {
        const { next } = slot
        this.#link(slot)
        slot = next
      }
  }

  #link(slot: ProcessSlot): void {
    const bucket = this.#bucketOf(slot.high, slot.low, slot.pid)
    slot.next = this.#buckets[bucket] as ProcessSlot | null
    this.#buckets[bucket] = slot
  }

  /** As in `FileTable`, a hostile trace cannot put all its processes into one bucket. */
  #bucketOf(high: number, low: number, pid: number): number {
    const factors = this.#factors
    const pidHigh = Math.floor(pid / 0x100000000)
    return (
      (Math.imul(factors[0] as number, low & 0xffff) +
        Math.imul(factors[1] as number, low >>> 16) +
        Math.imul(factors[2] as number, high & 0xffff) +
        Math.imul(factors[3] as number, high >>> 16) +
        Math.imul(factors[4] as number, pid & 0xffff) +
        Math.imul(factors[5] as number, pid >>> 16) +
        Math.imul(factors[6] as number, pidHigh & 0xffff) +
        Math.imul(factors[7] as number, pidHigh >>> 16)) >>>
      this.#shift
    )
  }
}

function chainLength(chain: ProcessSlot | null): number {
  let length = 0
  for (let slot = chain; slot !== null; slot = slot.next) length++
  return length
}

const MIN_BUCKETS = 256

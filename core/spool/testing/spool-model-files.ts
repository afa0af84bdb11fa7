// SPDX-License-Identifier: Apache-2.0
import { basename, dirname } from 'node:path'
import type { SpoolFile, SpoolFiles } from '../spool-files.js'

/** Number of bytes that reach the disk together or not at all. Small, so that short records span several sectors. */
const SECTOR = 16

/** Decides where a real machine is nondeterministic: true or false, from a repeatable source. */
export type RandomBit = () => boolean

/** A file as processes see it, and as it is found after the machine has stopped. */
interface Inode {
  seen: Uint8Array
  disk: Uint8Array
  /** Sectors that differ because they were not written back yet. */
  readonly dirty: Set<number>
  isResized: boolean
}

const failure = (code: string): Error => Object.assign(new Error(`${code} (modelled)`), { code })

/**
 * A file system in memory with only the guarantees of real ones. Bytes are on the disk after `sync`, names after `syncFolder`;
 * before that any sectors, sizes and names may be there or not. A failed sync does not reveal which bytes were written, and the
 * next sync succeeds. Blocks by which a file has grown contain the data of removed files.
 */
export class ModelFiles implements SpoolFiles {
  #names = new Map<string, Inode>()
  #namesOnDisk = new Map<string, Inode>()
  #remainder: Uint8Array = new Uint8Array(0)
  /** Handles of earlier processes have no effect any more. */
  #processGeneration = 0
  #owner: number | undefined
  /** Number of operations until the process dies in the middle of one. */
  #operationsLeft = Number.POSITIVE_INFINITY
  /** Number of bytes that may still be written. */
  room = Number.POSITIVE_INFINITY
  /** Number of syncs that fail from now on, and of truncations. */
  failingSyncs = 0
  failingCuts = 0
  /** Whether a sync has failed since the machine was started: some bytes may be visible and never reach the disk. */
  hasForgotten = false

  readonly #chance: RandomBit

  constructor(randomBit: RandomBit) {
    this.#chance = randomBit
  }

  /** Makes the process die in the middle of one of its next file operations. */
  dieAfter(operations: number): void {
    this.#operationsLeft = operations
  }

  /** The process ends; the machine continues. */
  kill(): void {
    this.#processGeneration++
    this.#owner = undefined
    this.#operationsLeft = Number.POSITIVE_INFINITY
  }

  /** The machine writes some of its cached data to the disk. */
  writeBack(): void {
    for (const inode of this.#names.values()) this.#writeBack(inode)
  }

  /** The machine stops after it has written back some of its cached data. */
  crash(): void {
    this.kill()
    this.hasForgotten = false
    for (const path of new Set([...this.#names.keys(), ...this.#namesOnDisk.keys()])) {
      const [seen, onDisk] = [this.#names.get(path), this.#namesOnDisk.get(path)]
      if (seen) this.#writeBack(seen)
      if (seen === onDisk || !this.#chance()) continue
      if (seen) this.#namesOnDisk.set(path, seen)
      else this.#namesOnDisk.delete(path)
    }
    this.#names = new Map(this.#namesOnDisk)
    for (const inode of this.#names.values()) {
      inode.seen = inode.disk.slice()
      inode.dirty.clear()
      inode.isResized = false
    }
  }

  async makeFolder(): Promise<void> {
    this.#step(this.#processGeneration)
  }

  async list(folder: string): Promise<readonly string[]> {
    return [...this.#names.keys()].filter(path => dirname(path) === folder).map(path => basename(path))
  }

  async open(path: string, how: 'new' | 'edit' | 'read'): Promise<SpoolFile> {
    const generation = this.#processGeneration
    this.#step(generation)
    let inode = this.#names.get(path)
    if (inode && how === 'new') throw failure('EEXIST')
    if (!inode && how === 'read') throw failure('ENOENT')
    if (!inode) {
      inode = { seen: new Uint8Array(0), disk: new Uint8Array(0), dirty: new Set(), isResized: false }
      this.#names.set(path, inode)
    }
    return this.#file(inode, generation)
  }

  async syncFolder(folder: string): Promise<void> {
    this.#step(this.#processGeneration)
    this.#failSync()
    for (const path of new Set([...this.#names.keys(), ...this.#namesOnDisk.keys()])) {
      if (dirname(path) !== folder) continue
      const inode = this.#names.get(path)
      if (inode) this.#namesOnDisk.set(path, inode)
      else this.#namesOnDisk.delete(path)
    }
  }

  async remove(path: string): Promise<void> {
    this.#step(this.#processGeneration)
    const inode = this.#names.get(path)
    if (!inode) throw failure('ENOENT')
    this.#remainder = inode.seen
    this.#names.delete(path)
  }

  async lock(): Promise<() => Promise<void>> {
    const generation = this.#processGeneration
    if (this.#owner !== undefined) throw failure('EBUSY')
    this.#owner = generation
    return async () => {
      if (this.#owner === generation) this.#owner = undefined
    }
  }

  #file(inode: Inode, generation: number): SpoolFile {
    return {
      size: async () => {
        this.#step(generation)
        return inode.seen.length
      },
      read: async (into, at) => {
        this.#step(generation)
        const part = inode.seen.subarray(at, at + into.length)
        into.set(part)
        return part.length
      },
      write: async (bytes, at) => {
        const growth = Math.max(0, at + bytes.length - inode.seen.length)
        const isCut = this.#isLastStep(generation)
        const written = isCut
          ? this.#chance()
            ? bytes.length >> 1
            : 0
          : Math.max(0, bytes.length - Math.max(0, growth - this.room))
        this.#resize(inode, Math.max(inode.seen.length, at + written))
        this.room -= Math.min(growth, this.room)
        inode.seen.set(bytes.subarray(0, written), at)
        for (let sector = Math.floor(at / SECTOR); sector * SECTOR < at + written; sector++) inode.dirty.add(sector)
        if (isCut) throw failure('EDEAD')
        if (written < bytes.length) throw failure('ENOSPC')
      },
      sync: async () => {
        if (this.#isLastStep(generation)) {
          this.#writeBack(inode)
          throw failure('EDEAD')
        }
        this.#failSync(inode)
        this.#force(inode)
      },
      truncate: async size => {
        this.#step(generation)
        if (this.failingCuts > 0) {
          this.failingCuts--
          throw failure('EIO')
        }
        if (size < inode.seen.length) this.room += inode.seen.length - size
        this.#resize(inode, size)
      },
      close: async () => {},
    }
  }

  #resize(inode: Inode, size: number): void {
    if (size === inode.seen.length) return
    const seen = new Uint8Array(size)
    seen.set(inode.seen.subarray(0, size))
    inode.seen = seen
    inode.isResized = true
  }

  /** Writes all data that the system still knows to be unwritten. */
  #force(inode: Inode): void {
    const disk = new Uint8Array(inode.seen.length)
    disk.set(inode.disk.subarray(0, disk.length))
    for (const sector of inode.dirty) {
      const bytes = inode.seen.subarray(sector * SECTOR, (sector + 1) * SECTOR)
      if (bytes.length > 0) disk.set(bytes, sector * SECTOR)
    }
    inode.disk = disk
    inode.dirty.clear()
    inode.isResized = false
  }

  /** Writes back some of a file's sectors, and perhaps its size. */
  #writeBack(inode: Inode): void {
    if (inode.isResized && this.#chance()) {
      const disk = new Uint8Array(inode.seen.length)
      if (this.#chance()) disk.set(this.#remainder.subarray(0, disk.length))
      disk.set(inode.disk.subarray(0, disk.length))
      inode.disk = disk
      inode.isResized = false
    }
    for (const sector of inode.dirty) {
      if (!this.#chance()) continue
      const bytes = inode.seen.subarray(sector * SECTOR, Math.min((sector + 1) * SECTOR, inode.disk.length))
      // Bytes after the size on the disk are not visible.
      if (sector * SECTOR < inode.disk.length) inode.disk.set(bytes, sector * SECTOR)
      if (!inode.isResized) inode.dirty.delete(sector)
    }
  }

  #failSync(inode?: Inode): void {
    if (this.failingSyncs <= 0) return
    this.failingSyncs--
    this.hasForgotten = true
    if (inode) {
      this.#writeBack(inode)
      // The system forgets that these sectors were not written.
      inode.dirty.clear()
    }
    throw failure('EIO')
  }

  #step(generation: number): void {
    if (this.#isLastStep(generation)) throw failure('EDEAD')
  }

  /** Returns true if the process dies in this operation. */
  #isLastStep(generation: number): boolean {
    if (generation !== this.#processGeneration) throw failure('EDEAD')
    if (this.#operationsLeft <= 0) throw failure('EDEAD')
    return --this.#operationsLeft <= 0
  }
}

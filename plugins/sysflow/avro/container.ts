// SPDX-License-Identifier: Apache-2.0
import { WITHOUT_NOTHING, type Without } from '../../../core/contract/optimisation.js'
import { Fault } from '../../../core/errors/fault.js'
import type { ByteSource } from '../../../core/input/byte-source.js'
import { CODEC_NAMES, type Codec, codecNamed, LARGEST_BLOCK } from './codecs.js'
import { MAGIC, SYNC_BYTES, startsWithMagic, takeHeader } from './container-header.js'
import { Scanner } from './scanner.js'
import { Window } from './window.js'

/** One block, unpacked. */
export interface ContainerBlock<S> {
  readonly schema: S
  /** Records that it claims to hold; at most one per byte. */
  readonly count: number
  readonly bytes: Buffer
  /** Place of the block in the source, and that behind it. */
  readonly offset: number
  readonly end: number
  /** The source has nothing behind it for now. */
  readonly isLast: boolean
}

/** Damage that was passed over; `records` is how many the lost block claimed, 0 if that cannot be known. */
export type DamageReport = (fault: Fault, records: number) => void

/**
 * Reads Avro object containers block by block, in order, a few of them being unpacked ahead. Memory is bounded by the limits
 * below whatever the source claims. After damage it goes on behind the next sync marker, and a second container appended to
 * the first is read like one file.
 */
export class ContainerReader<S> {
  damagedBlocks = 0
  skippedBytes = 0
  readonly #source: ByteSource
  readonly #window: Window
  readonly #schemaOf: (text: string) => S
  readonly #damaged: DamageReport
  readonly #scanner = new Scanner()
  readonly #isAhead: boolean
  #part: Part<S> | undefined
  #triesLeft = TRIED_HEADERS

  /** `schemaOf` understands a header's schema, or throws a fault. */
  constructor(source: ByteSource, schemaOf: (text: string) => S, damaged: DamageReport, without: Without = WITHOUT_NOTHING) {
    this.#source = source
    this.#window = new Window(source)
    this.#schemaOf = schemaOf
    this.#damaged = damaged
    this.#isAhead = !without.has('inflate-ahead')
  }

  /** Bytes of the source that have been passed. */
  get offset(): number {
    return this.#window.offset
  }

  /** Throws a fault if the source does not begin with a header of SysFlow, or cannot be read on. */
  async *blocks(): AsyncGenerator<ContainerBlock<S>, void, void> {
    this.#part = await this.#takePart()
    const ahead: Ahead<S>[] = []
    const most = this.#isAhead ? BLOCKS_AHEAD : 1
    let weight = 0
    let failure: unknown
    for (;;) {
      const taking = failure === undefined ? this.#takeBlock() : undefined
      // It is awaited below, but not if the reader of these blocks breaks off before.
      taking?.catch(() => {})
      while (taking && ahead.length > 0 && (await this.#isIdle(taking))) {
        const next = ahead.shift() as Ahead<S>
        weight -= next.heaviest
        const block = this.#unpacked(next, await next.plain, ahead.length === 0)
        if (block) yield block
      }
      let packed: PackedBlock<S> | undefined
      try {
        packed = await taking
      } catch (error) {
        failure = error
      }
      const heaviest = packed ? packed.codec.most(packed.bytes.length) : Number.POSITIVE_INFINITY
      while (ahead.length > 0 && (ahead.length >= most || weight + heaviest > BYTES_AHEAD)) {
        const next = ahead.shift() as Ahead<S>
        weight -= next.heaviest
        const block = this.#unpacked(next, await next.plain, false)
        if (block) yield block
      }
      if (packed === undefined) break
      weight += heaviest
      ahead.push({ packed, heaviest, plain: packed.codec.unpack(packed.bytes) })
    }
    if (failure !== undefined) throw failure
  }

  /** Whether the source waits for bytes of the block that is being taken, so that what is here should be passed on. */
  async #isIdle(taking: Promise<unknown>): Promise<boolean> {
    if (!this.#source.idle) return false
    const isTaken = taking.then(
      () => false,
      () => false,
    )
    return Promise.race([isTaken, this.#source.idle().then(() => true)])
  }

  #unpacked({ packed }: Ahead<S>, plain: Buffer | string, isLast: boolean): ContainerBlock<S> | undefined {
    const { schema, count, offset, size: skipped } = packed
    if (typeof plain !== 'string' && count <= plain.length)
      return { schema, count, bytes: plain, offset, end: offset + skipped, isLast }
    this.damagedBlocks++
    this.skippedBytes += skipped
    const reason = typeof plain === 'string' ? plain : `${count} records are claimed in ${plain.length} bytes`
    this.#report('SFP_SYSFLOW_DAMAGED', { reason, skipped }, offset, typeof plain === 'string' ? count : 0)
    return undefined
  }

  async #takePart(): Promise<Part<S>> {
    const header = await takeHeader(this.#window)
    const codec = codecNamed(header.codec, this.#isAhead)
    if (!codec) throw new Fault('SFP_SYSFLOW_CODEC', { codec: header.codec.slice(0, 40), known: CODEC_NAMES.join(', ') })
    return { sync: header.sync, codec, schema: this.#schemaOf(header.schema) }
  }

  /** The next block as it lies there; undefined at the end. */
  async #takeBlock(): Promise<PackedBlock<S> | undefined> {
    const window = this.#window
    for (;;) {
      if (!(await window.has(1))) return undefined
      const offset = window.offset
      let reason: string
      if (await startsWithMagic(window)) {
        const fault = await this.#tryPart()
        if (fault === undefined) continue
        reason = fault.message
      } else {
        const head = await this.#head()
        const block = typeof head === 'string' ? head : await this.#body(head, offset)
        if (typeof block !== 'string') return block
        reason = block
      }
      this.damagedBlocks++
      window.at++
      const isFound = await this.#resume()
      const skipped = window.offset - offset
      this.skippedBytes += skipped
      this.#report(isFound ? 'SFP_SYSFLOW_DAMAGED' : 'SFP_SYSFLOW_CUT', { reason, skipped }, offset, 0)
    }
  }

  /** Count and length of the block at the window, and the bytes that these two take; or what is wrong with them. */
  async #head(): Promise<BlockHead | string> {
    const window = this.#window
    await window.has(LONGEST_HEAD)
    const scanner = this.#scanner
    scanner.begin(window.bytes)
    scanner.end = window.end
    scanner.position = window.at
    const count = scanner.long()
    const length = scanner.long()
    if (scanner.isBad || scanner.position > window.end) return 'its count or length is no number'
    const size = scanner.position - window.at
    if (count < 0) return `it claims ${count} records`
    if (length < 0 || length > LARGEST_BLOCK) return `it claims ${length} bytes`
    if (count > LARGEST_BLOCK) return `it claims ${count} records in ${length} bytes`
    const end = window.offset + size + length + SYNC_BYTES
    if (this.#source.size !== undefined && end > this.#source.size)
      return `it claims ${length} bytes, ${this.#source.size - window.offset - size} are left`
    return { count, length, size }
  }

  async #body({ count, length, size }: BlockHead, offset: number): Promise<PackedBlock<S> | string> {
    const window = this.#window
    const part = this.#part as Part<S>
    const whole = size + length + SYNC_BYTES
    if (!(await window.has(whole))) return `it claims ${length} bytes, ${window.available - size} are left`
    const start = window.at + size
    if (!isAt(part.sync, window, start + length)) {
      if (!(await this.#isBoundary(whole))) return 'no sync marker where it should end'
      this.damagedBlocks++
      this.#report(
        'SFP_SYSFLOW_DAMAGED',
        { reason: 'its sync marker is wrong, the rest of it seems whole', skipped: SYNC_BYTES },
        offset,
        0,
      )
    }
    const from = window.at + size
    // A copy, since the window will be written over while the block is still unpacked.
    const bytes = Buffer.from(window.bytes.subarray(from, from + length))
    window.at += whole
    return { schema: part.schema, codec: part.codec, count, bytes, offset, size: whole }
  }

  /** Whether the end of the source, or a block with its sync marker, stands `distance` bytes from here. */
  async #isBoundary(distance: number): Promise<boolean> {
    const window = this.#window
    const before = window.offset
    window.at += distance
    let is = !(await window.has(1))
    if (!is) {
      const head = await this.#head()
      if (typeof head !== 'string') {
        const whole = head.size + head.length + SYNC_BYTES
        is = (await window.has(whole)) && isAt((this.#part as Part<S>).sync, window, window.at + whole - SYNC_BYTES)
      }
    }
    window.at -= window.offset - before
    return is
  }

  /** Moves to the next place where reading can go on; false if there is none before the end. */
  async #resume(): Promise<boolean> {
    const window = this.#window
    const { sync } = this.#part as Part<S>
    for (;;) {
      const isMore = await window.has(SEARCHED)
      const rest = window.bytes.subarray(window.at, window.end)
      const marker = rest.indexOf(sync)
      const magic = this.#triesLeft > 0 ? rest.indexOf(MAGIC) : -1
      if (magic >= 0 && (marker < 0 || magic < marker)) {
        this.#triesLeft--
        window.at += magic
        if ((await this.#tryPart()) === undefined) return true
        window.at++
        continue
      }
      if (marker >= 0) {
        window.at += marker + SYNC_BYTES
        return true
      }
      if (!isMore) {
        window.at = window.end
        return false
      }
      window.at = window.end - SYNC_BYTES + 1
    }
  }

  /** Takes a further header here, if there is one that we can read; else says why not and stays. */
  async #tryPart(): Promise<Fault | undefined> {
    const { offset } = this.#window
    try {
      this.#part = await this.#takePart()
      return undefined
    } catch (error) {
      if (!(error instanceof Fault) || error.code === 'SFP_SYSFLOW_READ') throw error
      this.#window.at -= this.#window.offset - offset
      return error
    }
  }

  #report(code: 'SFP_SYSFLOW_DAMAGED' | 'SFP_SYSFLOW_CUT', details: Fault['details'], offset: number, records: number): void {
    this.#damaged(new Fault(code, details, { where: `${this.#source.name}, byte ${offset}` }), records)
  }
}

/** Blocks that are unpacked ahead, at most, and the bytes that they may become. */
const BLOCKS_AHEAD = 6
const BYTES_AHEAD = 4 * LARGEST_BLOCK
/** Two numbers of at most ten bytes. */
const LONGEST_HEAD = 20
/** Bytes that are searched at once for a place to go on. */
const SEARCHED = 128 * 1024
/** Things that look like a further header and are tried; more than these are not there by chance. */
const TRIED_HEADERS = 64

/** What one header governs. */
interface Part<S> {
  readonly sync: Buffer
  readonly codec: Codec
  readonly schema: S
}

interface BlockHead {
  readonly count: number
  readonly length: number
  readonly size: number
}

interface PackedBlock<S> {
  readonly schema: S
  readonly codec: Codec
  readonly count: number
  readonly bytes: Buffer
  readonly offset: number
  /** Bytes that it takes in the source. */
  readonly size: number
}

interface Ahead<S> {
  readonly packed: PackedBlock<S>
  /** Bytes that it may become. */
  readonly heaviest: number
  readonly plain: Buffer | string | Promise<Buffer | string>
}

const isAt = (sync: Buffer, window: Window, at: number): boolean => sync.compare(window.bytes, at, at + SYNC_BYTES) === 0

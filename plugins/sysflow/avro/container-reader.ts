// SPDX-License-Identifier: Apache-2.0

import { type DisabledOptimizations, NONE_DISABLED } from '../../../core/contract/host.js'
import { Fault } from '../../../core/errors/fault.js'
import type { ByteReader } from '../../../core/input/byte-reader.js'
import { sysflowFault } from '../errors.js'
import { AvroScanner } from './avro-scanner.js'
import { ByteWindow } from './byte-window.js'
import { CODEC_NAMES, type Codec, createCodec, MAX_BLOCK_BYTES } from './codecs.js'
import { MAGIC, readHeader, SYNC_BYTES, startsWithMagic } from './container-header.js'

/** One decompressed block. */
export interface DecompressedBlock<S> {
  readonly schema: S
  /** Number of records that the block claims to hold; at most one per byte. */
  readonly count: number
  readonly bytes: Buffer
  /** Offsets of the start of the block and of the byte after it. */
  readonly offset: number
  readonly end: number
  /** True if no input follows the block for now. */
  readonly isLast: boolean
}

/** Called for damage that was skipped. `records`: number of records that the lost block claimed, 0 if unknown. */
export type DamageListener = (fault: Fault, records: number) => void

/**
 * Reads the blocks of Avro object containers in order; a few blocks are decompressed ahead. The limits below bound its memory,
 * whatever the input claims. After damage it continues after the next sync marker. A second container appended to the first is
 * read like one file.
 */
export class ContainerReader<S> {
  damagedBlocks = 0
  skippedBytes = 0
  readonly #source: ByteReader
  readonly #window: ByteWindow
  readonly #schemaOf: (text: string) => S
  readonly #onDamage: DamageListener
  readonly #scanner = new AvroScanner()
  readonly #inflatesAhead: boolean
  #segment: ContainerSegment<S> | undefined
  #headerAttemptsLeft = MAX_HEADER_ATTEMPTS

  /** `schemaOf` parses a header's schema, or throws a fault. */
  constructor(
    source: ByteReader,
    schemaOf: (text: string) => S,
    onDamage: DamageListener,
    disabledOptimizations: DisabledOptimizations = NONE_DISABLED,
  ) {
    this.#source = source
    this.#window = new ByteWindow(source)
    this.#schemaOf = schemaOf
    this.#onDamage = onDamage
    this.#inflatesAhead = !disabledOptimizations.has('inflate-ahead')
  }

  /** Number of input bytes that have been consumed. */
  get offset(): number {
    return this.#window.offset
  }

  /** Throws a fault if the input does not begin with a SysFlow header, or if reading fails. */
  async *blocks(): AsyncGenerator<DecompressedBlock<S>, void, void> {
    this.#segment = await this.#readSegment()
    const pending: PendingBlock<S>[] = []
    const maxPending = this.#inflatesAhead ? MAX_PENDING_BLOCKS : 1
    let pendingBytes = 0
    let failure: unknown
    for (;;) {
      const nextBlock = failure === undefined ? this.#readBlock() : undefined
      // The promise is awaited below, unless the consumer of these blocks stops before; then its rejection must not be
      // unhandled.
      nextBlock?.catch(() => {})
      while (nextBlock && pending.length > 0 && (await this.#isIdle(nextBlock))) {
        const next = pending.shift() as PendingBlock<S>
        pendingBytes -= next.maxBytes
        const block = this.#decompressedBlock(next, await next.plain, pending.length === 0)
        if (block) yield block
      }
      let compressed: CompressedBlock<S> | undefined
      try {
        compressed = await nextBlock
      } catch (error) {
        failure = error
      }
      const maxBytes = compressed ? compressed.codec.maxBytes(compressed.bytes.length) : Number.POSITIVE_INFINITY
      while (pending.length > 0 && (pending.length >= maxPending || pendingBytes + maxBytes > MAX_PENDING_BYTES)) {
        const next = pending.shift() as PendingBlock<S>
        pendingBytes -= next.maxBytes
        const block = this.#decompressedBlock(next, await next.plain, false)
        if (block) yield block
      }
      if (compressed === undefined) break
      pendingBytes += maxBytes
      pending.push({ compressed, maxBytes, plain: compressed.codec.decompress(compressed.bytes) })
    }
    if (failure !== undefined) throw failure
  }

  /** Resolves to true if the input waits for bytes of the next block, so the pending blocks should be yielded. */
  async #isIdle(nextBlock: Promise<unknown>): Promise<boolean> {
    if (!this.#source.whenIdle) return false
    const blockRead = nextBlock.then(
      () => false,
      () => false,
    )
    return Promise.race([blockRead, this.#source.whenIdle().then(() => true)])
  }

  #decompressedBlock({ compressed }: PendingBlock<S>, plain: Buffer | string, isLast: boolean): DecompressedBlock<S> | undefined {
    const { schema, count, offset, size: skipped } = compressed
    if (typeof plain !== 'string' && count <= plain.length)
      return { schema, count, bytes: plain, offset, end: offset + skipped, isLast }
    this.damagedBlocks++
    this.skippedBytes += skipped
    const reason = typeof plain === 'string' ? plain : `${count} records are claimed in ${plain.length} bytes`
    this.#reportDamage('SFP_SYSFLOW_DAMAGED', { reason, skipped }, offset, typeof plain === 'string' ? count : 0)
    return undefined
  }

  async #readSegment(): Promise<ContainerSegment<S>> {
    const header = await readHeader(this.#window)
    const codec = createCodec(header.codec, this.#inflatesAhead)
    if (!codec) throw sysflowFault('SFP_SYSFLOW_CODEC', { codec: header.codec.slice(0, 40), known: CODEC_NAMES.join(', ') })
    return { sync: header.sync, codec, schema: this.#schemaOf(header.schema) }
  }

  /** The next block, still compressed; undefined at the end. */
  async #readBlock(): Promise<CompressedBlock<S> | undefined> {
    const window = this.#window
    for (;;) {
      if (!(await window.has(1))) return undefined
      const offset = window.offset
      let reason: string
      if (await startsWithMagic(window)) {
        const fault = await this.#tryReadSegment()
        if (fault === undefined) continue
        reason = fault.message
      } else {
        const head = await this.#readBlockHead()
        const block = typeof head === 'string' ? head : await this.#readBlockBody(head, offset)
        if (typeof block !== 'string') return block
        reason = block
      }
      this.damagedBlocks++
      window.position++
      const isResumed = await this.#resynchronize()
      const skipped = window.offset - offset
      this.skippedBytes += skipped
      this.#reportDamage(isResumed ? 'SFP_SYSFLOW_DAMAGED' : 'SFP_SYSFLOW_CUT', { reason, skipped }, offset, 0)
    }
  }

  /** Count and length of the block at the window, and the bytes that these two numbers take; or a description of the error. */
  async #readBlockHead(): Promise<BlockHead | string> {
    const window = this.#window
    await window.has(MAX_BLOCK_HEAD_BYTES)
    const scanner = this.#scanner
    scanner.begin(window.bytes)
    scanner.end = window.end
    scanner.position = window.position
    const count = scanner.long()
    const length = scanner.long()
    if (scanner.isBad || scanner.position > window.end) return 'its count or length is not a number'
    const size = scanner.position - window.position
    if (count < 0) return `it claims ${count} records`
    if (length < 0 || length > MAX_BLOCK_BYTES) return `it claims ${length} bytes`
    if (count > MAX_BLOCK_BYTES) return `it claims ${count} records in ${length} bytes`
    const end = window.offset + size + length + SYNC_BYTES
    if (this.#source.size !== undefined && end > this.#source.size)
      return `it claims ${length} bytes, ${this.#source.size - window.offset - size} are left`
    return { count, length, size }
  }

  async #readBlockBody({ count, length, size }: BlockHead, offset: number): Promise<CompressedBlock<S> | string> {
    const window = this.#window
    const segment = this.#segment as ContainerSegment<S>
    const totalBytes = size + length + SYNC_BYTES
    if (!(await window.has(totalBytes))) return `it claims ${length} bytes, ${window.available - size} are left`
    const start = window.position + size
    if (!hasSyncMarkerAt(segment.sync, window, start + length)) {
      if (!(await this.#isBoundary(totalBytes))) return 'no sync marker at its end'
      this.damagedBlocks++
      this.#reportDamage(
        'SFP_SYSFLOW_DAMAGED',
        { reason: 'wrong sync marker, the rest seems intact', skipped: SYNC_BYTES },
        offset,
        0,
      )
    }
    const from = window.position + size
    // A copy, because the window may be overwritten while the block is being decompressed.
    const bytes = Buffer.from(window.bytes.subarray(from, from + length))
    window.position += totalBytes
    return { schema: segment.schema, codec: segment.codec, count, bytes, offset, size: totalBytes }
  }

  /** Resolves to true if the input ends, or a block with its sync marker starts, `distance` bytes from here. */
  async #isBoundary(distance: number): Promise<boolean> {
    const window = this.#window
    const before = window.offset
    window.position += distance
    let isBoundary = !(await window.has(1))
    if (!isBoundary) {
      const head = await this.#readBlockHead()
      if (typeof head !== 'string') {
        const totalBytes = head.size + head.length + SYNC_BYTES
        isBoundary =
          (await window.has(totalBytes)) &&
          hasSyncMarkerAt((this.#segment as ContainerSegment<S>).sync, window, window.position + totalBytes - SYNC_BYTES)
      }
    }
    window.position -= window.offset - before
    return isBoundary
  }

  /** Moves to the next position where reading can continue; resolves to false if there is none. */
  async #resynchronize(): Promise<boolean> {
    const window = this.#window
    const { sync } = this.#segment as ContainerSegment<S>
    for (;;) {
      const isMore = await window.has(RESYNC_SEARCH_BYTES)
      const rest = window.bytes.subarray(window.position, window.end)
      const marker = rest.indexOf(sync)
      const magic = this.#headerAttemptsLeft > 0 ? rest.indexOf(MAGIC) : -1
      if (magic >= 0 && (marker < 0 || magic < marker)) {
        this.#headerAttemptsLeft--
        window.position += magic
        if ((await this.#tryReadSegment()) === undefined) return true
        window.position++
        continue
      }
      if (marker >= 0) {
        window.position += marker + SYNC_BYTES
        return true
      }
      if (!isMore) {
        window.position = window.end
        return false
      }
      window.position = window.end - SYNC_BYTES + 1
    }
  }

  /** Reads a further header here if there is a supported one; else returns the reason and does not move. */
  async #tryReadSegment(): Promise<Fault | undefined> {
    const { offset } = this.#window
    try {
      this.#segment = await this.#readSegment()
      return undefined
    } catch (error) {
      if (!(error instanceof Fault) || error.code === 'SFP_INPUT_READ') throw error
      this.#window.position -= this.#window.offset - offset
      return error
    }
  }

  #reportDamage(
    code: 'SFP_SYSFLOW_DAMAGED' | 'SFP_SYSFLOW_CUT',
    details: Fault['details'],
    offset: number,
    records: number,
  ): void {
    this.#onDamage(sysflowFault(code, details, { where: `${this.#source.name}, byte ${offset}` }), records)
  }
}

/** Maximum number of blocks that are decompressed ahead, and maximum size of their decompressed bytes. */
const MAX_PENDING_BLOCKS = 6
const MAX_PENDING_BYTES = 4 * MAX_BLOCK_BYTES
/** Two numbers of at most ten bytes. */
const MAX_BLOCK_HEAD_BYTES = 20
/** Number of bytes per search step for a resynchronization point. */
const RESYNC_SEARCH_BYTES = 128 * 1024
/** Maximum number of possible further headers that are tried; more do not occur by chance. */
const MAX_HEADER_ATTEMPTS = 64

/** The properties that one header sets for its blocks. */
interface ContainerSegment<S> {
  readonly sync: Buffer
  readonly codec: Codec
  readonly schema: S
}

interface BlockHead {
  readonly count: number
  readonly length: number
  readonly size: number
}

interface CompressedBlock<S> {
  readonly schema: S
  readonly codec: Codec
  readonly count: number
  readonly bytes: Buffer
  readonly offset: number
  /** Number of bytes that the block takes in the input. */
  readonly size: number
}

interface PendingBlock<S> {
  readonly compressed: CompressedBlock<S>
  /** Maximum decompressed size. */
  readonly maxBytes: number
  readonly plain: Buffer | string | Promise<Buffer | string>
}

const hasSyncMarkerAt = (sync: Buffer, window: ByteWindow, at: number): boolean =>
  sync.compare(window.bytes, at, at + SYNC_BYTES) === 0

// SPDX-License-Identifier: Apache-2.0
import { type CLOSED, type ENDED, MESSAGES, type OPENED, OVERSIZED, type RingEntry } from './ring-entry.js'

/**
 * Shared memory that passes messages from the socket thread to the main thread: a ring of pages. A page belongs to one thread
 * at a time. The socket thread fills the page and publishes it. The main thread reads it, and returns it when all of its data
 * has been used. If the next page has not been returned, the socket thread waits and stops reading, so the senders wait too.
 *
 * A page contains consecutive messages, the end of each message, and entries that record the events in order.
 */
export interface RingMemory {
  readonly memory: SharedArrayBuffer
  /** Maximum length of a message, in bytes. */
  readonly maxMessageBytes: number
}

export const createRingMemory = (maxMessageBytes: number): RingMemory => ({
  memory: new SharedArrayBuffer(RingGeometry.of(maxMessageBytes).size),
  maxMessageBytes,
})

const PAGE_COUNT = 16
/**
 * A page is published when it holds this many bytes, so its data is still in the processor's caches when the main thread reads
 * it.
 */
const PAGE_FULL_BYTES = 128 * 1024
const MESSAGES_PER_PAGE = 4096
const ENTRIES_PER_PAGE = 512
const ENTRY_WORDS = 4

/**
 * Control words: one state for each page, a flag for the main thread sleeping, a flag that requests the socket thread to stop.
 */
const SLEEP_WORD = PAGE_COUNT
const STOP_WORD = PAGE_COUNT + 1
const CONTROL_WORDS = PAGE_COUNT + 2

/** States of a page. */
const FREE = 0
/** Published by the socket thread. */
const FULL = 1
/** Owned by the main thread. */
const ACQUIRED = 2

/** Words at the start of a page: number of entries, number of messages. */
const HEAD_WORDS = 2

/** Sizes and offsets of the ring. */
class RingGeometry {
  /** Number of words in a page before its message bytes. */
  static readonly indexWords = HEAD_WORDS + ENTRIES_PER_PAGE * ENTRY_WORDS + MESSAGES_PER_PAGE

  private constructor(
    /** Size of the message bytes of a page, after its index. */
    readonly pageBytes: number,
  ) {}

  static of(maxMessageBytes: number): RingGeometry {
    return new RingGeometry((PAGE_FULL_BYTES + maxMessageBytes + 3) & ~3)
  }

  /** Size of the whole ring in bytes. */
  get size(): number {
    return this.pageAt(PAGE_COUNT)
  }

  pageAt(page: number): number {
    return CONTROL_WORDS * 4 + page * (RingGeometry.indexWords * 4 + this.pageBytes)
  }
}

/** The memory of one page, as both threads see it. */
class RingPage {
  readonly head: Int32Array
  readonly entries: Int32Array
  readonly ends: Uint32Array
  readonly bytes: Buffer

  constructor(memory: SharedArrayBuffer, { pageBytes }: RingGeometry, at: number) {
    this.head = new Int32Array(memory, at, HEAD_WORDS)
    this.entries = new Int32Array(memory, at + HEAD_WORDS * 4, ENTRIES_PER_PAGE * ENTRY_WORDS)
    this.ends = new Uint32Array(memory, at + (HEAD_WORDS + ENTRIES_PER_PAGE * ENTRY_WORDS) * 4, MESSAGES_PER_PAGE)
    this.bytes = Buffer.from(memory, at + RingGeometry.indexWords * 4, pageBytes)
  }
}

function pagesOf({ memory, maxMessageBytes }: RingMemory): readonly RingPage[] {
  const geometry = RingGeometry.of(maxMessageBytes)
  return Array.from({ length: PAGE_COUNT }, (_, page) => new RingPage(memory, geometry, geometry.pageAt(page)))
}

/** Fills pages. Its waits block the thread. */
export class RingWriter {
  readonly #pages: readonly RingPage[]
  readonly #control: Int32Array
  readonly #maxMessageBytes: number
  readonly #wake: () => void
  #pageIndex = 0
  #page: RingPage
  #entries = 0
  #messages = 0
  #usedBytes = 0
  /** Connection whose messages the last entry holds (-1: none), and the offset at which they start. */
  #openConnection = -1
  #openEntryStart = 0

  /** `wake` is called when the main thread sleeps and a page has been published. */
  constructor(ring: RingMemory, wake: () => void) {
    this.#pages = pagesOf(ring)
    this.#control = new Int32Array(ring.memory, 0, CONTROL_WORDS)
    this.#maxMessageBytes = ring.maxMessageBytes
    this.#wake = wake
    this.#page = this.#pages[0] as RingPage
  }

  /** True if the main thread has requested the stop. */
  get isStopRequested(): boolean {
    return Atomics.load(this.#control, STOP_WORD) !== 0
  }

  get isEmpty(): boolean {
    return this.#entries === 0
  }

  message(connection: number, from: Buffer, at: number, length: number): void {
    if (length > this.#maxMessageBytes)
      throw new RangeError(`a message of ${length} bytes in a page for ${this.#maxMessageBytes}`)
    if (this.#messages === MESSAGES_PER_PAGE || this.#usedBytes >= PAGE_FULL_BYTES) this.publish()
    // A header starts a new entry, so the reader finds it without a check of every message.
    if (this.#openConnection !== connection || from[at] === HEADER_BRANCH) {
      this.#addEntry(MESSAGES, connection, 0, 0)
      this.#openConnection = connection
      this.#openEntryStart = this.#usedBytes
    }
    from.copy(this.#page.bytes, this.#usedBytes, at, at + length)
    this.#usedBytes += length
    this.#page.ends[this.#messages++] = this.#usedBytes - this.#openEntryStart
    const entry = (this.#entries - 1) * ENTRY_WORDS
    this.#page.entries[entry + 2] = (this.#page.entries[entry + 2] as number) + 1
    this.#page.entries[entry + 3] = this.#usedBytes - this.#openEntryStart
  }

  oversized(connection: number, bytes: number): void {
    const { entries } = this.#page
    const last = (this.#entries - 1) * ENTRY_WORDS
    if (last >= 0 && entries[last] === OVERSIZED && entries[last + 1] === connection) {
      entries[last + 2] = (entries[last + 2] as number) + 1
      entries[last + 3] = bytes
    } else this.#addEntry(OVERSIZED, connection, 1, bytes)
  }

  event(kind: typeof OPENED | typeof CLOSED | typeof ENDED, connection: number): void {
    this.#addEntry(kind, connection, 0, 0)
  }

  /** Publishes the current page to the main thread. Waits until the next page is free. */
  publish(): void {
    if (this.#entries === 0) return
    this.#page.head[0] = this.#entries
    this.#page.head[1] = this.#messages
    Atomics.store(this.#control, this.#pageIndex, FULL)
    if (Atomics.exchange(this.#control, SLEEP_WORD, 0) === 1) this.#wake()
    this.#pageIndex = (this.#pageIndex + 1) % PAGE_COUNT
    for (let state = this.#state(); state !== FREE; state = this.#state()) Atomics.wait(this.#control, this.#pageIndex, state)
    this.#page = this.#pages[this.#pageIndex] as RingPage
    this.#entries = 0
    this.#messages = 0
    this.#usedBytes = 0
    this.#openConnection = -1
  }

  /** State of the next page to fill. */
  #state(): number {
    return Atomics.load(this.#control, this.#pageIndex)
  }

  #addEntry(kind: number, connection: number, count: number, bytes: number): void {
    if (this.#entries === ENTRIES_PER_PAGE) this.publish()
    const { entries } = this.#page
    const at = this.#entries++ * ENTRY_WORDS
    entries[at] = kind
    entries[at + 1] = connection
    entries[at + 2] = count
    entries[at + 3] = bytes
    this.#openConnection = -1
  }
}

/** A header is the first branch of the union. */
const HEADER_BRANCH = 0

/** Reads pages in the order in which they were filled. */
export class RingReader {
  readonly #pages: readonly RingPage[]
  readonly #control: Int32Array
  #pageIndex = 0

  constructor(ring: RingMemory) {
    this.#pages = pagesOf(ring)
    this.#control = new Int32Array(ring.memory, 0, CONTROL_WORDS)
  }

  /** Returns the next published page, or undefined if there is none now. */
  acquire(): AcquiredPage | undefined {
    const at = this.#pageIndex
    if (Atomics.compareExchange(this.#control, at, FULL, ACQUIRED) !== FULL) return undefined
    this.#pageIndex = (at + 1) % PAGE_COUNT
    return new AcquiredPage(this.#pages[at] as RingPage, () => {
      Atomics.store(this.#control, at, FREE)
      Atomics.notify(this.#control, at)
    })
  }

  /** True if published pages that have not been acquired contain messages. */
  get hasMessages(): boolean {
    for (let ahead = 0; ahead < PAGE_COUNT; ahead++) {
      const page = (this.#pageIndex + ahead) % PAGE_COUNT
      if (Atomics.load(this.#control, page) !== FULL) return false
      if (this.#pages[page]?.head[1] !== 0) return true
    }
    return false
  }

  /** Requests a wake-up. Returns false if a page is already published. */
  sleep(): boolean {
    Atomics.store(this.#control, SLEEP_WORD, 1)
    if (Atomics.load(this.#control, this.#pageIndex) !== FULL) return true
    Atomics.store(this.#control, SLEEP_WORD, 0)
    return false
  }

  /** Requests the socket thread to stop. The socket thread checks the request when it is woken. */
  stop(): void {
    Atomics.store(this.#control, STOP_WORD, 1)
  }
}

/** A page that the main thread owns. It returns to the socket thread when every hold has been released. */
export class AcquiredPage {
  readonly #page: RingPage
  readonly #returnPage: () => void
  #holds = 1

  constructor(page: RingPage, returnPage: () => void) {
    this.#page = page
    this.#returnPage = returnPage
  }

  /** Number of messages in all entries. */
  get messages(): number {
    return this.#page.head[1] as number
  }

  *entries(): Generator<RingEntry & { readonly messages: MessageRange }, void, void> {
    const { head, entries } = this.#page
    let message = 0
    let at = 0
    for (let entry = 0; entry < (head[0] as number) * ENTRY_WORDS; entry += ENTRY_WORDS) {
      const [kind, connection, count, bytes] = entries.subarray(entry, entry + ENTRY_WORDS) as unknown as EntryWords
      const messages = { first: message, at }
      if (kind === MESSAGES) {
        message += count
        at += bytes
      }
      yield { kind, connection, count, bytes, messages }
    }
  }

  /** The messages of an entry. They remain in place until the page is returned. */
  bytesOf({ bytes, messages }: RingEntry & { readonly messages: MessageRange }): Buffer {
    return this.#page.bytes.subarray(messages.at, messages.at + bytes)
  }

  endsOf({ count, messages }: RingEntry & { readonly messages: MessageRange }): Uint32Array {
    return this.#page.ends.subarray(messages.first, messages.first + count)
  }

  retain(): void {
    this.#holds++
  }

  release(): void {
    if (--this.#holds === 0) this.#returnPage()
  }
}

/** Position of an entry's messages in the page. */
interface MessageRange {
  readonly first: number
  readonly at: number
}

type EntryWords = readonly [number, number, number, number]

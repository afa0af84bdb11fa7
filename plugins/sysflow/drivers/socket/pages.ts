// SPDX-License-Identifier: Apache-2.0
import { type CLOSED, type ENDED, type Entry, MESSAGES, type OPENED, OVERSIZED } from './entry.js'

/**
 * The memory through which messages pass from the thread that reads sockets to the main thread: a ring of pages that both
 * see. A page belongs to one side at a time: the reading thread fills it and hands it over, the main thread reads from it
 * until everything in it has been used and hands it back. Where the next page has not come back the reading thread waits,
 * reads no further, and so lets whoever sends wait.
 *
 * A page holds messages one behind the other, the place where each ends, and entries that tell what happened in order.
 */
export interface PageMemory {
  readonly memory: SharedArrayBuffer
  /** The longest message, in bytes. */
  readonly longest: number
}

export const pageMemory = (longest: number): PageMemory => ({
  memory: new SharedArrayBuffer(Geometry.of(longest).size),
  longest,
})

const PAGES = 16
/** A page is handed over when it holds this much, so that what is in it is still in the processor's caches when it is read. */
const FULL_AT = 128 * 1024
const MESSAGES_A_PAGE = 4096
const ENTRIES_A_PAGE = 512
const ENTRY_WORDS = 4

/** Control words: one for each page, then whether the main thread sleeps, then whether the reading thread is to stop. */
const SLEEPS = PAGES
const STOPS = PAGES + 1
const CONTROL_WORDS = PAGES + 2

/** States of a page. */
const FREE = 0
/** Handed over. */
const FULL = 1
/** In the hands of the main thread. */
const TAKEN = 2

/** Words at the head of a page: number of entries, number of messages. */
const HEAD_WORDS = 2

/** Where everything lies. */
class Geometry {
  /** Words of a page before its bytes. */
  static readonly indexWords = HEAD_WORDS + ENTRIES_A_PAGE * ENTRY_WORDS + MESSAGES_A_PAGE

  private constructor(
    /** Bytes of a page behind its index. */
    readonly room: number,
  ) {}

  static of(longest: number): Geometry {
    return new Geometry((FULL_AT + longest + 3) & ~3)
  }

  /** Bytes of all. */
  get size(): number {
    return this.pageAt(PAGES)
  }

  pageAt(page: number): number {
    return CONTROL_WORDS * 4 + page * (Geometry.indexWords * 4 + this.room)
  }
}

/** One page, seen from either side. */
class Page {
  readonly head: Int32Array
  readonly entries: Int32Array
  readonly ends: Uint32Array
  readonly bytes: Buffer

  constructor(memory: SharedArrayBuffer, { room }: Geometry, at: number) {
    this.head = new Int32Array(memory, at, HEAD_WORDS)
    this.entries = new Int32Array(memory, at + HEAD_WORDS * 4, ENTRIES_A_PAGE * ENTRY_WORDS)
    this.ends = new Uint32Array(memory, at + (HEAD_WORDS + ENTRIES_A_PAGE * ENTRY_WORDS) * 4, MESSAGES_A_PAGE)
    this.bytes = Buffer.from(memory, at + Geometry.indexWords * 4, room)
  }
}

function pagesOf({ memory, longest }: PageMemory): readonly Page[] {
  const geometry = Geometry.of(longest)
  return Array.from({ length: PAGES }, (_, page) => new Page(memory, geometry, geometry.pageAt(page)))
}

/** The side that fills pages. Its waits block the thread. */
export class PageWriter {
  readonly #pages: readonly Page[]
  readonly #control: Int32Array
  readonly #longest: number
  readonly #wake: () => void
  #at = 0
  #page: Page
  #entries = 0
  #messages = 0
  #used = 0
  /** Connection whose messages the last entry holds, -1 if it holds none, and where they begin. */
  #running = -1
  #runningFrom = 0

  /** `wake` is called when the main thread sleeps and there is something for it. */
  constructor(pages: PageMemory, wake: () => void) {
    this.#pages = pagesOf(pages)
    this.#control = new Int32Array(pages.memory, 0, CONTROL_WORDS)
    this.#longest = pages.longest
    this.#wake = wake
    this.#page = this.#pages[0] as Page
  }

  /** The main thread wants it to end. */
  get isToStop(): boolean {
    return Atomics.load(this.#control, STOPS) !== 0
  }

  get isEmpty(): boolean {
    return this.#entries === 0
  }

  message(connection: number, from: Buffer, at: number, length: number): void {
    if (length > this.#longest) throw new RangeError(`a message of ${length} bytes in a page for ${this.#longest}`)
    if (this.#messages === MESSAGES_A_PAGE || this.#used >= FULL_AT) this.handOver()
    // A header begins an entry, so that whoever reads need not look at every message to find it.
    if (this.#running !== connection || from[at] === HEADER_BRANCH) {
      this.#enter(MESSAGES, connection, 0, 0)
      this.#running = connection
      this.#runningFrom = this.#used
    }
    from.copy(this.#page.bytes, this.#used, at, at + length)
    this.#used += length
    this.#page.ends[this.#messages++] = this.#used - this.#runningFrom
    const entry = (this.#entries - 1) * ENTRY_WORDS
    this.#page.entries[entry + 2] = (this.#page.entries[entry + 2] as number) + 1
    this.#page.entries[entry + 3] = this.#used - this.#runningFrom
  }

  oversized(connection: number, bytes: number): void {
    const { entries } = this.#page
    const last = (this.#entries - 1) * ENTRY_WORDS
    if (last >= 0 && entries[last] === OVERSIZED && entries[last + 1] === connection) {
      entries[last + 2] = (entries[last + 2] as number) + 1
      entries[last + 3] = bytes
    } else this.#enter(OVERSIZED, connection, 1, bytes)
  }

  event(kind: typeof OPENED | typeof CLOSED | typeof ENDED, connection: number): void {
    this.#enter(kind, connection, 0, 0)
  }

  /** Gives what it holds to the main thread. Waits until the next page is free. */
  handOver(): void {
    if (this.#entries === 0) return
    this.#page.head[0] = this.#entries
    this.#page.head[1] = this.#messages
    Atomics.store(this.#control, this.#at, FULL)
    if (Atomics.exchange(this.#control, SLEEPS, 0) === 1) this.#wake()
    this.#at = (this.#at + 1) % PAGES
    for (let state = this.#state(); state !== FREE; state = this.#state()) Atomics.wait(this.#control, this.#at, state)
    this.#page = this.#pages[this.#at] as Page
    this.#entries = 0
    this.#messages = 0
    this.#used = 0
    this.#running = -1
  }

  /** Of the page that is to be filled next. */
  #state(): number {
    return Atomics.load(this.#control, this.#at)
  }

  #enter(kind: number, connection: number, count: number, bytes: number): void {
    if (this.#entries === ENTRIES_A_PAGE) this.handOver()
    const { entries } = this.#page
    const at = this.#entries++ * ENTRY_WORDS
    entries[at] = kind
    entries[at + 1] = connection
    entries[at + 2] = count
    entries[at + 3] = bytes
    this.#running = -1
  }
}

/** A header is the first branch of the union. */
const HEADER_BRANCH = 0

/** The side that reads pages, in the order in which they were filled. */
export class PageReader {
  readonly #pages: readonly Page[]
  readonly #control: Int32Array
  #at = 0

  constructor(pages: PageMemory) {
    this.#pages = pagesOf(pages)
    this.#control = new Int32Array(pages.memory, 0, CONTROL_WORDS)
  }

  /** The next page that was handed over; undefined if there is none now. */
  take(): TakenPage | undefined {
    const at = this.#at
    if (Atomics.compareExchange(this.#control, at, FULL, TAKEN) !== FULL) return undefined
    this.#at = (at + 1) % PAGES
    return new TakenPage(this.#pages[at] as Page, () => {
      Atomics.store(this.#control, at, FREE)
      Atomics.notify(this.#control, at)
    })
  }

  /** Whether messages wait in pages that have not been taken. */
  get hasMessages(): boolean {
    for (let ahead = 0; ahead < PAGES; ahead++) {
      const page = (this.#at + ahead) % PAGES
      if (Atomics.load(this.#control, page) !== FULL) return false
      if (this.#pages[page]?.head[1] !== 0) return true
    }
    return false
  }

  /** Asks to be woken. False if there is something to take already. */
  sleep(): boolean {
    Atomics.store(this.#control, SLEEPS, 1)
    if (Atomics.load(this.#control, this.#at) !== FULL) return true
    Atomics.store(this.#control, SLEEPS, 0)
    return false
  }

  /** Tells the other side to stop; it looks when it is woken. */
  stop(): void {
    Atomics.store(this.#control, STOPS, 1)
  }
}

/** A page in the hands of the main thread. It goes back when every hold on it has been released. */
export class TakenPage {
  readonly #page: Page
  readonly #giveBack: () => void
  #holds = 1

  constructor(page: Page, giveBack: () => void) {
    this.#page = page
    this.#giveBack = giveBack
  }

  /** Messages in all its entries. */
  get messages(): number {
    return this.#page.head[1] as number
  }

  *entries(): Generator<Entry & { readonly messages: Messages }, void, void> {
    const { head, entries } = this.#page
    let message = 0
    let at = 0
    for (let entry = 0; entry < (head[0] as number) * ENTRY_WORDS; entry += ENTRY_WORDS) {
      const [kind, connection, count, bytes] = entries.subarray(entry, entry + ENTRY_WORDS) as unknown as Four
      const messages = { first: message, at }
      if (kind === MESSAGES) {
        message += count
        at += bytes
      }
      yield { kind, connection, count, bytes, messages }
    }
  }

  /** The messages of an entry, which stay where they are until the page goes back. */
  bytesOf({ bytes, messages }: Entry & { readonly messages: Messages }): Buffer {
    return this.#page.bytes.subarray(messages.at, messages.at + bytes)
  }

  endsOf({ count, messages }: Entry & { readonly messages: Messages }): Uint32Array {
    return this.#page.ends.subarray(messages.first, messages.first + count)
  }

  retain(): void {
    this.#holds++
  }

  release(): void {
    if (--this.#holds === 0) this.#giveBack()
  }
}

/** Where in a page the messages of an entry begin. */
interface Messages {
  readonly first: number
  readonly at: number
}

type Four = readonly [number, number, number, number]

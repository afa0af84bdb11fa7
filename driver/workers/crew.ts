// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../core/contract/batch.js'
import type { Sender } from '../../core/contract/channel.js'
import { Ledger } from '../../core/contract/ledger.js'
import type { Driver, Host } from '../../core/contract/stage.js'
import { type Fault, Faults } from '../../core/errors/fault.js'
import { unpacked } from '../../core/errors/fault-data.js'
import { EncodedPage } from '../../core/exporter/encoded-page.js'
import type { TraceFile } from '../../plugins/sysflow/drivers/trace-files.js'
import { Inbox } from './inbox.js'
import { asFault, Member } from './member.js'
import type { Assignment, TraceNews, Utterance } from './messages.js'

/** A page on its way to the stage of that name. */
export class StagePage extends EncodedPage {
  constructor(
    readonly stage: string,
    bytes: Uint8Array,
    ends: Uint32Array,
    done: () => void,
  ) {
    super(bytes, ends, done)
  }
}

/** What of a component's host is used here: its lines in the log, and its faults. */
export type Tongue = Pick<Host, 'log' | 'fault'>

/**
 * Hands traces to worker threads, in order and whenever one is free, and sends on the pages that come back: all of a trace
 * before those of the next. A thread may be ahead of what is written by a bounded number of bytes (relay.ts). Where one is
 * lost, the traces before its own are still written, and nothing behind them.
 */
export class Crew implements Driver {
  readonly ledger = new Ledger()
  readonly files: readonly TraceFile[]
  readonly members: readonly Member[]
  readonly #tongueOf: (component: string) => Tongue
  /** By trace, of those that were handed out and are not wholly sent on. */
  readonly #inboxes = new Map<number, Inbox<StagePage | Utterance>>()
  #handedOut = 0
  #isStopping = false
  #failure: unknown
  #mismatches: readonly Fault[] | undefined

  constructor(
    files: readonly TraceFile[],
    size: number,
    assignment: Omit<Assignment, 'isFirst'>,
    tongueOf: (component: string) => Tongue,
  ) {
    this.files = files
    this.#tongueOf = tongueOf
    const hear = (member: Member, news: TraceNews): void => this.#hear(member, news)
    const lose = (member: Member, error: Error): void => this.#lose(member, error)
    this.members = Array.from({ length: size }, (_, index) => new Member({ ...assignment, isFirst: index === 0 }, hear, lose))
  }

  /** Where the books of the members do not balance; undefined unless all have closed them. */
  get mismatches(): readonly Fault[] | undefined {
    return this.#mismatches
  }

  /** Resolves when every member has built its pipeline, to what their health checks found. */
  async start(): Promise<Fault[]> {
    const all = await Promise.all(
      this.members.map(async member => {
        const { figures, health } = await member.built
        member.figures = figures
        return health.map(asFault)
      }),
    )
    return all.flat()
  }

  async run(output: Sender<Batch>, stop: AbortSignal, abort: AbortSignal): Promise<void> {
    stop.addEventListener('abort', () => this.#stop(), { once: true })
    abort.addEventListener('abort', () => this.#giveUp(abort.reason), { once: true })
    try {
      abort.throwIfAborted()
      this.#isStopping ||= stop.aborted
      for (const member of this.members) this.#handOut(member)
      for (let trace = 0; trace < this.#handedOut; trace++) {
        for await (const item of this.#inbox(trace)) await this.#pass(item, output)
        this.#inboxes.delete(trace)
      }
      if (this.#failure !== undefined) throw this.#failure
      await this.#close()
    } finally {
      await this.dismiss()
    }
  }

  /** Bytes read of all traces. */
  progress(): { readonly done: number; readonly total: number } {
    return {
      done: this.members.reduce((sum, { figures }) => sum + (figures.progress?.done ?? 0), 0),
      total: this.files.reduce((sum, { size }) => sum + size, 0),
    }
  }

  /** Has every thread look whether its policies have changed. */
  reload(): void {
    for (const member of this.members) member.tell({ kind: 'reload' })
  }

  /** Ends all threads at once. */
  async dismiss(): Promise<void> {
    await Promise.all(this.members.map(member => member.dismiss()))
  }

  #inbox(trace: number): Inbox<StagePage | Utterance> {
    const inbox = this.#inboxes.get(trace) ?? new Inbox()
    this.#inboxes.set(trace, inbox)
    return inbox
  }

  #handOut(member: Member): void {
    const file = this.files[this.#handedOut]
    if (this.#isStopping || file === undefined) return
    member.trace = this.#handedOut++
    member.tell({ kind: 'read', file })
  }

  #hear(member: Member, news: TraceNews): void {
    const { trace } = member
    switch (news.kind) {
      case 'page': {
        const memory = news.bytes.buffer
        const done = (): void => member.tell({ kind: 'written', memory }, [memory])
        if (trace !== undefined) this.#inbox(trace).put(new StagePage(news.stage, news.bytes, news.ends, done))
        break
      }
      case 'line':
      case 'fault':
        if (trace === undefined) this.#say(news)
        else this.#inbox(trace).put(news)
        break
      case 'figures':
        member.figures = news.figures
        break
      case 'done':
        if (trace === undefined) break
        member.finish(trace, news.figures)
        member.trace = undefined
        // First, so that whoever comes to the end of this trace sees that there is another.
        this.#handOut(member)
        this.#inbox(trace).end()
        break
      default:
        news satisfies never
    }
  }

  async #pass(item: StagePage | Utterance, output: Sender<Batch>): Promise<void> {
    if (!(item instanceof StagePage)) return this.#say(item)
    this.ledger.taken += item.length
    this.ledger.held += item.length
    await output.send(item)
    this.ledger.held -= item.length
    this.ledger.passed += item.length
  }

  #say(utterance: Utterance): void {
    const { log, fault } = this.#tongueOf(utterance.component)
    if (utterance.kind === 'line') log[utterance.level](utterance.text)
    else fault(unpacked(utterance.fault), utterance.lostData)
  }

  #stop(): void {
    this.#isStopping = true
    for (const member of this.members) member.tell({ kind: 'stop' })
  }

  #lose(lost: Member, error: Error): void {
    this.#isStopping = true
    if (lost.trace === undefined) this.#failure ??= error
    else {
      this.#inbox(lost.trace).fail(error)
      for (const member of this.members) if ((member.trace ?? -1) > lost.trace) member.dismiss()
    }
  }

  #giveUp(reason: unknown): void {
    this.#isStopping = true
    this.#failure ??= reason
    for (const inbox of this.#inboxes.values()) inbox.fail(reason)
  }

  /** Throws what went wrong with closing, when all have closed. */
  async #close(): Promise<void> {
    for (const member of this.members) member.tell({ kind: 'close' })
    const all = await Promise.all(this.members.map(({ closed }) => closed))
    this.#mismatches = all.flatMap(({ mismatches }) => mismatches.map(asFault))
    const faults = all.flatMap(({ faults }) => faults.map(asFault))
    if (faults.length > 0) throw new Faults(faults)
  }
}

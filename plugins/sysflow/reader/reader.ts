// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../core/contract/batch.js'
import type { Receiver, Sender } from '../../../core/contract/channel.js'
import { Ledger } from '../../../core/contract/ledger.js'
import type { Host, Stage } from '../../../core/contract/stage.js'
import { Fault } from '../../../core/errors/fault.js'
import { SysFlowBlock } from './block.js'
import type { ContainedHandler } from './contained-handler.js'
import { BlockCursor, type Decoder, isWaiting, type Stop } from '../avro/decoder.js'
import type { EventColumns } from './event-columns.js'
import { FewFaults } from '../../../core/errors/fault-limiter.js'
import { BRANCH_KINDS, type BranchKind } from '../avro/layout.js'
import { Shared, Tables } from '../entities/tables.js'
import { TellingTables } from '../entities/telling-tables.js'

/** Where a reader gets the columns that it fills. */
export interface ColumnsSource {
  /** Empty columns with room for at least one row, held by the caller. */
  columns(): EventColumns
}

/** What is known of one trace: its entities, and how many events it has had. */
class Trace {
  events = 0
  constructor(readonly tables: Tables) {}
}

/**
 * Stage `sysflowreader`: blocks in, events as columns out, entities filed on the way. Each trace stands alone, with entities
 * and numbers of its own; blocks of several traces may take turns. A trace is forgotten with the object that stands for it.
 */
export class SysFlowReader implements Stage {
  readonly ledger = new Ledger()
  /** Tables of the last trace. */
  tables: Tables
  readonly #shared: Shared
  readonly #source: ColumnsSource
  readonly #handler: ContainedHandler | undefined
  readonly #host: Host
  readonly #faults: FewFaults
  readonly #toldUnknown = new WeakSet<Decoder>()
  #hasToldMisses = false
  #columns: EventColumns | undefined
  readonly #traces = new WeakMap<object, Trace>()
  /** The trace of the last block. */
  #named: object | undefined
  #trace: Trace
  #abort: AbortSignal = NEVER

  /** Without a handler, rows of events pass on as they are. */
  constructor(source: ColumnsSource, host: Host, handler?: ContainedHandler) {
    this.#source = source
    this.#handler = handler
    this.#host = host
    this.#shared = new Shared(host.without)
    this.tables = this.#newTables()
    this.#trace = new Trace(this.tables)
    this.#faults = new FewFaults(fault => host.fault(fault, true))
  }

  async open(): Promise<void> {
    await this.#handler?.open()
  }

  async run(input: Receiver<Batch>, output: Sender<Batch>, abort: AbortSignal): Promise<void> {
    this.#abort = abort
    for await (const batch of input) {
      abort.throwIfAborted()
      if (!(batch instanceof SysFlowBlock)) throw new TypeError('a sysflowreader reads blocks of SysFlow records only')
      if (batch.trace !== this.#named) await this.#turnTo(batch.trace, output)
      if (batch.facts.isKnown) await this.#flush(output)
      await this.#read(batch, output)
      if (batch.facts.isLive) await this.#flush(output)
      batch.release()
    }
    await this.#flush(output)
    this.#columns?.release()
    this.#columns = undefined
    this.#faults.finish(this.#host.stage)
    this.#handler?.finish()
  }

  /** Not at the end of `run`, which may be called for one trace after the other. */
  async close(): Promise<void> {
    this.#tellMisses()
    await this.#handler?.close()
  }

  async check(): Promise<string | undefined> {
    return this.#handler?.check()
  }

  report(): Readonly<Record<string, unknown>> {
    const handled = this.#handler?.report()
    return {
      records: recordCounts(this.tables),
      entities: this.tables.sizes,
      misses: { ...this.tables.misses },
      ...(handled && { handler: handled }),
    }
  }

  #newTables(): Tables {
    const handler = this.#handler
    return handler?.wantsEntities ? new TellingTables(this.#shared, entity => handler.entity(entity)) : new Tables(this.#shared)
  }

  async #turnTo(named: object, output: Sender<Batch>): Promise<void> {
    await this.#flush(output)
    let trace = this.#traces.get(named)
    if (!trace) {
      trace = new Trace(this.#newTables())
      this.#traces.set(named, trace)
    }
    this.#named = named
    this.#trace = trace
    this.tables = trace.tables
    if (this.#columns) this.#prepare(this.#columns)
  }

  async #read(block: SysFlowBlock, output: Sender<Batch>): Promise<void> {
    const { ledger, tables } = this
    ledger.taken += block.length
    const before = USED.map(([kind]) => counted(tables, kind))
    const cursor = new BlockCursor(block.bytes, block.length)
    if (block.facts.ends) await this.#readOneByOne(block, block.facts.ends, cursor, output)
    else if (await this.#decode(block, cursor, output)) this.#checkRest(block, cursor)
    else this.#giveUp(block, cursor)
    USED.forEach(([kind, reason], index) => {
      ledger.use(reason, counted(tables, kind) - (before[index] ?? 0))
    })
    this.#tellUnknown(block, before[USED.length - 1] ?? 0)
  }

  /** From the cursor on until nothing remains; false at a record that does not decode. */
  async #decode(block: SysFlowBlock, cursor: BlockCursor, output: Sender<Batch>): Promise<boolean> {
    let stop = this.#step(block, block.decoder, cursor)
    for (; isWaiting(stop); stop = this.#step(block, block.decoder, cursor)) await this.#flush(output)
    return stop === 'block done'
  }

  async #readOneByOne(block: SysFlowBlock, ends: Uint32Array, cursor: BlockCursor, output: Sender<Batch>): Promise<void> {
    const { decoder, facts } = block
    for (let record = 0, start = 0; record < ends.length; record++) {
      const end = ends[record] as number
      let stop: Stop = 'columns full'
      for (
        let by: Decoder | undefined = decoder;
        by;
        by = stop === 'undecodable' && by === decoder ? facts.olderDecoder : undefined
      ) {
        for (stop = this.#oneStep(block, by, cursor, start, end); isWaiting(stop); ) {
          await this.#flush(output)
          stop = this.#oneStep(block, by, cursor, start, end)
        }
      }
      if (stop === 'undecodable') {
        this.ledger.drop('undecodable record')
        const details = { record: record + 1, count: ends.length, lost: 1, reason: `it has ${end - start} bytes` }
        this.#faults.add(new Fault('SFP_SYSFLOW_UNDECODABLE', details, { where: block.origin }))
      }
      start = end
    }
  }

  #oneStep(block: SysFlowBlock, decoder: Decoder, cursor: BlockCursor, start: number, end: number): Stop {
    cursor.position = start
    cursor.end = end
    cursor.remaining = 1
    return this.#step(block, decoder, cursor)
  }

  /** Decodes as far as it goes without waiting, and keeps the books of it. */
  #step({ facts }: SysFlowBlock, decoder: Decoder, cursor: BlockCursor): Stop {
    const columns = this.#currentColumns()
    const rows = columns.length
    const decode = this.#handler?.wantsEntities ? decoder.decodeByEntity : decoder.decode
    const stop = decode(cursor, columns, this.tables)
    const read = columns.length - rows
    this.#trace.events += read
    if (facts.isKnown) {
      columns.length = rows
      this.#prepare(columns)
      this.ledger.use('passed on before', read)
    } else if (read > 0) {
      this.ledger.held += read
      if (facts.receipt) columns.owe(facts.receipt)
    }
    return stop
  }

  #currentColumns(): EventColumns {
    if (this.#columns) return this.#columns
    const columns = this.#source.columns()
    this.#prepare(columns)
    this.#columns = columns
    return columns
  }

  #prepare(columns: EventColumns): void {
    columns.header = this.tables.header
    columns.firstNumber = this.#trace.events + 1
  }

  async #flush(output: Sender<Batch>): Promise<void> {
    const columns = this.#columns
    if (!columns || columns.length === 0) return
    this.#columns = undefined
    const { length } = columns
    const made = this.#handler?.wantsEvents ? await this.#handler.events(columns, this.ledger, this.#abort) : columns
    this.ledger.held -= length
    if (!made) return
    this.ledger.passed += made.length
    await output.send(made)
  }

  #checkRest(block: SysFlowBlock, cursor: BlockCursor): void {
    const bytes = block.bytes.length - cursor.position
    if (bytes > 0) this.#faults.add(new Fault('SFP_SYSFLOW_SURPLUS', { count: block.length, bytes }, { where: block.origin }))
  }

  #giveUp(block: SysFlowBlock, cursor: BlockCursor): void {
    const lost = cursor.remaining
    this.ledger.drop('undecodable record', lost)
    const reason =
      cursor.position >= block.bytes.length ? 'the block ends before it' : `from byte ${cursor.position} of the unpacked block`
    const details = { record: block.length - lost + 1, count: block.length, lost, reason }
    this.#faults.add(new Fault('SFP_SYSFLOW_UNDECODABLE', details, { where: block.origin }))
  }

  /** Look-ups that found nothing are common where a trace begins in the middle of things; one line says how many there were. */
  #tellMisses(): void {
    if (this.#hasToldMisses) return
    this.#hasToldMisses = true
    const missing = Object.entries(this.tables.misses).filter(([, count]) => count > 0)
    if (missing.length === 0) return
    this.#host.log.warn(`look-ups that found no record: ${missing.map(([what, count]) => `${count} of ${what}`).join(', ')}`)
  }

  /** Once per schema: a younger writer's records are no fault, but whoever looks for them should know. */
  #tellUnknown({ decoder, origin }: SysFlowBlock, before: number): void {
    if (counted(this.tables, 'unknown') === before || this.#toldUnknown.has(decoder)) return
    this.#toldUnknown.add(decoder)
    const names = decoder.schema.branches.filter(branch => branch.kind === 'unknown').map(branch => branch.name)
    this.#host.log.warn(`${origin}: records of unknown kinds are skipped (${names.join(', ')})`)
  }
}

const NEVER = new AbortController().signal

/** Kinds of records that end here, and why. */
const USED: readonly (readonly [BranchKind, string])[] = [
  ['H', 'entity'],
  ['C', 'entity'],
  ['PD', 'entity'],
  ['P', 'entity'],
  ['F', 'entity'],
  ['PF', 'process flow'],
  ['NE', 'network event'],
  ['unknown', 'unknown branch'],
]

const counted = (tables: Tables, kind: BranchKind): number => tables.counts[BRANCH_KINDS.indexOf(kind)] ?? 0

/** Records read so far by kind; kinds that did not occur are left out. */
export function recordCounts(tables: Tables): Readonly<Partial<Record<BranchKind, number>>> {
  return Object.fromEntries(BRANCH_KINDS.map(kind => [kind, counted(tables, kind)]).filter(([, count]) => count !== 0))
}

// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../../core/contract/batch.js'
import type { Host } from '../../../core/contract/host.js'
import { Ledger } from '../../../core/contract/ledger.js'
import { NEVER_ABORTED, type Receiver, type Sender, type Stage } from '../../../core/contract/stage.js'
import { FaultLimiter } from '../../../core/errors/fault-limiter.js'
import { BRANCH_KINDS, type BranchKind } from '../entities/branch-kinds.js'
import { EntityTables, SharedTraceState } from '../entities/entity-tables.js'
import { ObservedTables } from '../entities/observed-tables.js'
import { sysflowFault } from '../errors.js'
import { BlockCursor, canContinue, type StopReason } from './block-cursor.js'
import type { Decoder } from './decoder.js'
import type { EventColumns } from './event-columns.js'
import type { IsolatedHandler } from './isolated-handler.js'
import { SysFlowBlock } from './sysflow-block.js'

/** Supplies the columns that a reader fills. */
export interface ColumnsPool {
  /** Empty columns with at least one free row; the caller holds them. */
  columns(): EventColumns
}

/** State of one trace: its entities, and its number of events so far. */
class TraceState {
  events = 0
  constructor(readonly tables: EntityTables) {}
}

/**
 * Stage `sysflowreader`: receives blocks, stores entities and sends events as columns. Traces are independent, each with its
 * own entities and record numbers; blocks of several traces may be interleaved. The state of a trace is garbage-collected with
 * its `trace` object.
 */
export class SysFlowReader implements Stage {
  readonly ledger = new Ledger()
  /** Tables of the last trace. */
  tables: EntityTables
  readonly #sharedState: SharedTraceState
  readonly #columnsPool: ColumnsPool
  readonly #handler: IsolatedHandler | undefined
  readonly #host: Host
  readonly #faults: FaultLimiter
  readonly #reportedUnknown = new WeakSet<Decoder>()
  #hasReportedMisses = false
  #columns: EventColumns | undefined
  readonly #traces = new WeakMap<object, TraceState>()
  /** The trace of the last block. */
  #currentTraceKey: object | undefined
  #currentTrace: TraceState
  #abort: AbortSignal = NEVER_ABORTED

  /** Without a handler, rows of events are sent unchanged. */
  constructor(columnsPool: ColumnsPool, host: Host, handler?: IsolatedHandler) {
    this.#columnsPool = columnsPool
    this.#handler = handler
    this.#host = host
    this.#sharedState = new SharedTraceState(host.disabledOptimizations)
    this.tables = this.#newTables()
    this.#currentTrace = new TraceState(this.tables)
    this.#faults = new FaultLimiter(fault => host.reportFault(fault, true))
  }

  async open(): Promise<void> {
    await this.#handler?.open()
  }

  async run(input: Receiver<Batch>, output: Sender<Batch>, abort: AbortSignal): Promise<void> {
    this.#abort = abort
    for await (const batch of input) {
      abort.throwIfAborted()
      if (!(batch instanceof SysFlowBlock)) throw new TypeError('a sysflowreader accepts only blocks of SysFlow records')
      if (batch.trace !== this.#currentTraceKey) await this.#switchTrace(batch.trace, output)
      if (batch.metadata.isAlreadySent) await this.#flush(output)
      await this.#read(batch, output)
      if (batch.metadata.needsFlush) await this.#flush(output)
      batch.release()
    }
    await this.#flush(output)
    this.#columns?.release()
    this.#columns = undefined
    this.#faults.finish(this.#host.stage)
    this.#handler?.finish()
  }

  /** Not at the end of `run`, because `run` may be called for several traces in succession. */
  async close(): Promise<void> {
    this.#reportMisses()
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

  #newTables(): EntityTables {
    const handler = this.#handler
    return handler?.handlesEntities
      ? new ObservedTables(this.#sharedState, entity => handler.entity(entity))
      : new EntityTables(this.#sharedState)
  }

  async #switchTrace(traceKey: object, output: Sender<Batch>): Promise<void> {
    await this.#flush(output)
    let trace = this.#traces.get(traceKey)
    if (!trace) {
      trace = new TraceState(this.#newTables())
      this.#traces.set(traceKey, trace)
    }
    this.#currentTraceKey = traceKey
    this.#currentTrace = trace
    this.tables = trace.tables
    if (this.#columns) this.#initializeColumns(this.#columns)
  }

  async #read(block: SysFlowBlock, output: Sender<Batch>): Promise<void> {
    const { ledger, tables } = this
    ledger.in += block.length
    const before = FILTERED_KINDS.map(([kind]) => countOf(tables, kind))
    const cursor = new BlockCursor(block.bytes, block.length)
    if (block.metadata.ends) await this.#readIndividually(block, block.metadata.ends, cursor, output)
    else if (await this.#decode(block, cursor, output)) this.#checkSurplus(block, cursor)
    else this.#dropRemaining(block, cursor)
    FILTERED_KINDS.forEach(([kind, reason], index) => {
      ledger.filter(reason, countOf(tables, kind) - (before[index] ?? 0))
    })
    this.#reportUnknownKinds(block, before[FILTERED_KINDS.length - 1] ?? 0)
  }

  /** Decodes from the cursor to the end of the block; resolves to false at an undecodable record. */
  async #decode(block: SysFlowBlock, cursor: BlockCursor, output: Sender<Batch>): Promise<boolean> {
    let stop = this.#decodeStep(block, block.decoder, cursor)
    for (; canContinue(stop); stop = this.#decodeStep(block, block.decoder, cursor)) await this.#flush(output)
    return stop === 'block done'
  }

  async #readIndividually(block: SysFlowBlock, ends: Uint32Array, cursor: BlockCursor, output: Sender<Batch>): Promise<void> {
    const { decoder, metadata } = block
    for (let record = 0, start = 0; record < ends.length; record++) {
      const end = ends[record] as number
      let stop: StopReason = 'columns full'
      for (
        let activeDecoder: Decoder | undefined = decoder;
        activeDecoder;
        activeDecoder = stop === 'undecodable' && activeDecoder === decoder ? metadata.fallbackDecoder : undefined
      ) {
        for (stop = this.#decodeRecord(block, activeDecoder, cursor, start, end); canContinue(stop); ) {
          await this.#flush(output)
          stop = this.#decodeRecord(block, activeDecoder, cursor, start, end)
        }
      }
      if (stop === 'undecodable') {
        this.ledger.drop('undecodable record')
        const details = { record: record + 1, count: ends.length, lost: 1, reason: `it has ${end - start} bytes` }
        this.#faults.add(sysflowFault('SFP_SYSFLOW_UNDECODABLE', details, { where: block.origin }))
      }
      start = end
    }
  }

  #decodeRecord(block: SysFlowBlock, decoder: Decoder, cursor: BlockCursor, start: number, end: number): StopReason {
    cursor.position = start
    cursor.end = end
    cursor.remaining = 1
    return this.#decodeStep(block, decoder, cursor)
  }

  /** Decodes as far as possible without waiting, and updates the ledger. */
  #decodeStep({ metadata }: SysFlowBlock, decoder: Decoder, cursor: BlockCursor): StopReason {
    const columns = this.#currentColumns()
    const rows = columns.length
    const decode = this.#handler?.handlesEntities ? decoder.decodeUntilEntity : decoder.decode
    const stop = decode(cursor, columns, this.tables)
    const read = columns.length - rows
    this.#currentTrace.events += read
    if (metadata.isAlreadySent) {
      columns.length = rows
      this.#initializeColumns(columns)
      this.ledger.filter('passed on before', read)
    } else if (read > 0) {
      this.ledger.held += read
      if (metadata.acknowledgement) columns.attachAcknowledgement(metadata.acknowledgement)
    }
    return stop
  }

  #currentColumns(): EventColumns {
    if (this.#columns) return this.#columns
    const columns = this.#columnsPool.columns()
    this.#initializeColumns(columns)
    this.#columns = columns
    return columns
  }

  #initializeColumns(columns: EventColumns): void {
    columns.header = this.tables.header
    columns.firstRecordNumber = this.#currentTrace.events + 1
  }

  async #flush(output: Sender<Batch>): Promise<void> {
    const columns = this.#columns
    if (!columns || columns.length === 0) return
    this.#columns = undefined
    const { length } = columns
    const result = this.#handler?.handlesEvents ? await this.#handler.events(columns, this.ledger, this.#abort) : columns
    this.ledger.held -= length
    if (!result) return
    this.ledger.out += result.length
    await output.send(result)
  }

  #checkSurplus(block: SysFlowBlock, cursor: BlockCursor): void {
    const bytes = block.bytes.length - cursor.position
    if (bytes > 0) this.#faults.add(sysflowFault('SFP_SYSFLOW_SURPLUS', { count: block.length, bytes }, { where: block.origin }))
  }

  #dropRemaining(block: SysFlowBlock, cursor: BlockCursor): void {
    const lost = cursor.remaining
    this.ledger.drop('undecodable record', lost)
    const reason =
      cursor.position >= block.bytes.length ? 'the block ends before it' : `from byte ${cursor.position} of the unpacked block`
    const details = { record: block.length - lost + 1, count: block.length, lost, reason }
    this.#faults.add(sysflowFault('SFP_SYSFLOW_UNDECODABLE', details, { where: block.origin }))
  }

  /** Failed look-ups are common in a trace that starts during capture; one line reports their number. */
  #reportMisses(): void {
    if (this.#hasReportedMisses) return
    this.#hasReportedMisses = true
    const missing = Object.entries(this.tables.misses).filter(([, count]) => count > 0)
    if (missing.length === 0) return
    this.#host.log.warn(`lookups without result: ${missing.map(([what, count]) => `${count} of ${what}`).join(', ')}`)
  }

  /** Reported once per schema: records of a newer writer are not a fault, but users who search for them need this information. */
  #reportUnknownKinds({ decoder, origin }: SysFlowBlock, before: number): void {
    if (countOf(this.tables, 'unknown') === before || this.#reportedUnknown.has(decoder)) return
    this.#reportedUnknown.add(decoder)
    const names = decoder.schema.branches.filter(branch => branch.kind === 'unknown').map(branch => branch.name)
    this.#host.log.warn(`${origin}: records of unknown kinds are skipped (${names.join(', ')})`)
  }
}

/** Kinds of records that are filtered out, and the reason. */
const FILTERED_KINDS: readonly (readonly [BranchKind, string])[] = [
  ['H', 'entity'],
  ['C', 'entity'],
  ['PD', 'entity'],
  ['P', 'entity'],
  ['F', 'entity'],
  ['PF', 'process flow'],
  ['NE', 'network event'],
  ['unknown', 'unknown branch'],
]

const countOf = (tables: EntityTables, kind: BranchKind): number => tables.counts[BRANCH_KINDS.indexOf(kind)] ?? 0

/** Number of records read so far, by kind; kinds without records are omitted. */
export function recordCounts(tables: EntityTables): Readonly<Partial<Record<BranchKind, number>>> {
  return Object.fromEntries(BRANCH_KINDS.map(kind => [kind, countOf(tables, kind)]).filter(([, count]) => count !== 0))
}

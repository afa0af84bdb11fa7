// SPDX-License-Identifier: Apache-2.0

import type { EvaluatedBatch, RuleMatches } from '../../../core/contract/evaluated-batch.js'
import type { ChunkWriter, Encoder } from '../../../core/contract/exporter.js'
import { type DisabledOptimizations, NONE_DISABLED } from '../../../core/contract/host.js'
import { fragment } from '../../../core/exporter/encoders/fragment.js'
import { jsonRuleMatchFragments } from '../../../core/exporter/encoders/rule-match-fragments.js'
import { jsonText, jsonTexts } from '../../../core/exporter/json-text.js'
import { dottedAddress } from '../attributes/derive/addresses.js'
import { memoizeByBitmap, operationNames } from '../attributes/derive/flags.js'
import { type Actor, type FileEntity, K8S_ACTIONS, K8S_COMPONENTS } from '../entities/entities.js'
import { type EventColumns, FE, FF, NF, PE } from '../reader/event-columns.js'
import { ActorCache, FileCache, HeaderCache } from './fragment-cache.js'
import { JsonActorFragments, JsonFileFragments, JsonHeaderFragments, type JsonRecordTail } from './json-fragments.js'

/**
 * JSON schema 5: one object per record, keys in the order of the reference, always valid JSON. Parts that depend only on an
 * entity are copied from its fragments; only the numbers of the row are formatted.
 */
export class JsonEncoder implements Encoder<EventColumns> {
  readonly format = 'json'
  readonly #flowOpening: Buffer
  readonly #eventOpenings: (operations: number) => Buffer
  readonly #fileOperations = memoizeByBitmap(bitmap => fragment(`,${operationsText(operationNames(bitmap, false))}0,"ts":`))
  readonly #networkOperations = memoizeByBitmap(bitmap => fragment(`,${operationsText(operationNames(bitmap, true))}0,"ts":`))
  readonly #ruleMatches = jsonRuleMatchFragments()
  readonly #headers = new HeaderCache(header => new JsonHeaderFragments(header))
  readonly #actors: ActorCache<JsonHeaderFragments, JsonActorFragments>
  readonly #files: FileCache<JsonFileFragments>

  /** `schema`: value of `version`, 5 unless a setting overrides it. */
  constructor(schema = 5, disabledOptimizations: DisabledOptimizations = NONE_DISABLED) {
    const opening = `{"version":${schema},`
    this.#flowOpening = fragment(`${opening}"endts":`)
    this.#eventOpenings = memoizeByBitmap(bitmap =>
      fragment(`${opening}"endts":0,${operationsText(operationNames(bitmap, false))}`),
    )
    const isCaching = !disabledOptimizations.has('fragments')
    this.#actors = new ActorCache((actor, header) => new JsonActorFragments(actor, header), isCaching)
    this.#files = new FileCache(name => new JsonFileFragments(name), isCaching)
  }

  encode(batch: EvaluatedBatch<EventColumns>, from: number, to: number, into: ChunkWriter): void {
    const { records, rows, matches: batchMatches } = batch
    const header = this.#headers.valueFor(records.header)
    for (let index = from; index < to; index++) {
      const row = rows[index] as number
      const matches = batchMatches[index] ?? null
      switch (records.type[row]) {
        case FF:
          this.#fileFlow(records, row, header, matches, into)
          break
        case NF:
          this.#networkFlow(records, row, header, matches, into)
          break
        case FE:
          this.#fileEvent(records, row, header, matches, into)
          break
        case PE:
          this.#processEvent(records, row, header, matches, into)
          break
        default:
          this.#kubernetesEvent(records, row, header, matches, into)
      }
      into.finishRecord()
    }
  }

  #fileFlow(
    records: EventColumns,
    row: number,
    header: JsonHeaderFragments,
    matches: RuleMatches | null,
    into: ChunkWriter,
  ): void {
    const actor = this.#actors.valueFor(records.actor[row] as Actor, header)
    const file = records.file[row] as FileEntity
    const fragments = this.#files.valueFor(file)
    const parts = fragments.flow(records.openFlags[row] as number)
    this.#writeFlowStart(records, row, this.#fileOperations(records.opFlags[row] as number), into)
    into.bytes(actor.opening(FF))
    into.bytes(fragments.directory)
    into.number(records.fd[row] as number)
    into.bytes(parts.names)
    writeFileId(file, into)
    into.bytes(parts.flow)
    writeCounters(records, row, into)
    this.#writeEnd(actor, actor.flow, records.tid[row] as number, matches, into)
  }

  #networkFlow(
    records: EventColumns,
    row: number,
    header: JsonHeaderFragments,
    matches: RuleMatches | null,
    into: ChunkWriter,
  ): void {
    const actor = this.#actors.valueFor(records.actor[row] as Actor, header)
    this.#writeFlowStart(records, row, this.#networkOperations(records.opFlags[row] as number), into)
    into.bytes(actor.opening(NF))
    into.bytes(FLOW)
    writeCounters(records, row, into)
    into.bytes(CLOSE)
    into.bytes(header.meta)
    writeNetwork(records, row, into)
    this.#writeEnd(actor, actor.network, records.tid[row] as number, matches, into)
  }

  #fileEvent(
    records: EventColumns,
    row: number,
    header: JsonHeaderFragments,
    matches: RuleMatches | null,
    into: ChunkWriter,
  ): void {
    const actor = this.#actors.valueFor(records.actor[row] as Actor, header)
    const file = records.file[row] as FileEntity
    const second = records.secondFile[row] as FileEntity
    const fragments = this.#files.valueFor(file)
    const secondFragments = this.#files.valueFor(second)
    this.#writeEventStart(records, row, into)
    into.bytes(actor.opening(FE))
    into.bytes(fragments.directory)
    into.bytes(fragments.event.names)
    into.bytes(secondFragments.second.names)
    writeFileId(second, into)
    into.bytes(secondFragments.second.paths)
    writeFileId(file, into)
    into.bytes(fragments.event.rest)
    this.#writeEnd(actor, actor.event, records.tid[row] as number, matches, into)
  }

  #processEvent(
    records: EventColumns,
    row: number,
    header: JsonHeaderFragments,
    matches: RuleMatches | null,
    into: ChunkWriter,
  ): void {
    const actor = this.#actors.valueFor(records.actor[row] as Actor, header)
    this.#writeEventStart(records, row, into)
    into.bytes(actor.opening(PE))
    this.#writeEnd(actor, actor.event, records.tid[row] as number, matches, into)
  }

  #kubernetesEvent(
    records: EventColumns,
    row: number,
    header: JsonHeaderFragments,
    matches: RuleMatches | null,
    into: ChunkWriter,
  ): void {
    into.bytes(this.#flowOpening)
    into.int64(records.tsHigh[row] as number, records.tsLow[row] as number)
    into.bytes(this.#fileOperations(0))
    into.int64(records.tsHigh[row] as number, records.tsLow[row] as number)
    const event = records.k8s[row]
    const action = jsonText(K8S_ACTIONS[event?.action ?? -1] ?? '')
    const kind = jsonText(K8S_COMPONENTS[event?.kind ?? -1] ?? '')
    into.text(`,"type":"KE","k8s":{"action":${action},"kind":${kind},"message":${jsonText(event?.message ?? '')}}`)
    into.bytes(header.meta)
    into.bytes(header.node)
    if (matches) this.#ruleMatches.write(matches, into)
    into.bytes(CLOSE)
  }

  #writeFlowStart(records: EventColumns, row: number, operations: Buffer, into: ChunkWriter): void {
    into.bytes(this.#flowOpening)
    into.int64(records.endHigh[row] as number, records.endLow[row] as number)
    into.bytes(operations)
    into.int64(records.tsHigh[row] as number, records.tsLow[row] as number)
  }

  #writeEventStart(records: EventColumns, row: number, into: ChunkWriter): void {
    into.bytes(this.#eventOpenings(records.opFlags[row] as number))
    into.number(records.ret[row] as number)
    into.bytes(TIMESTAMP)
    into.int64(records.tsHigh[row] as number, records.tsLow[row] as number)
  }

  #writeEnd(
    fragments: JsonActorFragments,
    tail: JsonRecordTail,
    thread: number,
    matches: RuleMatches | null,
    into: ChunkWriter,
  ): void {
    if (thread === fragments.pid) into.bytes(matches === null ? tail.closed : tail.open)
    else {
      into.bytes(tail.beforeThread)
      into.number(thread)
      into.bytes(matches === null ? fragments.closed : fragments.open)
    }
    if (matches === null) return
    this.#ruleMatches.write(matches, into)
    into.bytes(CLOSE)
  }
}

/** Writes nothing if there is no file. */
function writeFileId(file: FileEntity, into: ChunkWriter): void {
  if (file.isKnown) into.hex(file.id0, file.id1, file.id2, file.id3, file.id4)
}

/** Writes up to the last number of `flow`. Most flows only read or only write. */
function writeCounters(records: EventColumns, row: number, into: ChunkWriter): void {
  const readBytes = records.readBytes[row] as number
  const readOps = records.readOps[row] as number
  if (readBytes === 0 && readOps === 0) into.bytes(NO_READS)
  else {
    into.number(readBytes)
    into.bytes(READ_OPS)
    into.number(readOps)
    into.bytes(WRITE_BYTES)
  }
  const writeBytes = records.writeBytes[row] as number
  const writeOps = records.writeOps[row] as number
  if (writeBytes === 0 && writeOps === 0) into.bytes(NO_WRITES)
  else {
    into.number(writeBytes)
    into.bytes(WRITE_OPS)
    into.number(writeOps)
  }
}

function writeNetwork(records: EventColumns, row: number, into: ChunkWriter): void {
  const source = dottedAddress(records.sourceIp[row] as number)
  const target = dottedAddress(records.targetIp[row] as number)
  const sourcePort = records.sourcePort[row] as number
  const targetPort = records.targetPort[row] as number
  into.text(
    `,"net":{"dip":"${target}","dport":${targetPort},"ip":["${source}","${target}"],"port":[${sourcePort},${targetPort}],"proto":${records.protocol[row] as number},"sip":"${source}","sport":${sourcePort}}`,
  )
}

/** The text up to the return value of the call. */
const operationsText = (names: readonly string[]): string => `"opflags":${jsonTexts(names)},"ret":`

const TIMESTAMP = fragment(',"ts":')
const FLOW = fragment(',"flow":{"rbytes":')
const READ_OPS = fragment(',"rops":')
const WRITE_BYTES = fragment(',"wbytes":')
const WRITE_OPS = fragment(',"wops":')
const NO_READS = fragment('0,"rops":0,"wbytes":')
const NO_WRITES = fragment('0,"wops":0')
const CLOSE = fragment('}')

// SPDX-License-Identifier: Apache-2.0
import type { Encoder, PageWriter } from '../../../core/contract/exporter.js'
import { WITHOUT_NOTHING, type Without } from '../../../core/contract/optimisation.js'
import type { JudgedBatch, Verdict } from '../../../core/contract/verdict.js'
import { dottedAddress } from '../attributes/derive/addresses.js'
import { operationNames, perBitmap } from '../attributes/derive/flags.js'
import { type Actor, type FileEntity, K8S_ACTIONS, K8S_COMPONENTS } from '../entities/entities.js'
import { type EventColumns, FE, FF, NF, PE } from '../reader/event-columns.js'
import { jsonText, jsonTexts } from '../../../core/exporter/json-text.js'
import { fragment } from '../../../core/exporter/encoders/fragment.js'
import { ActorFragments, FileFragments, HeaderFragments, type Tail } from './json-fragments.js'
import { ActorNotes, FileNotes, HeaderNotes } from './notes.js'
import { jsonVerdicts } from './verdict-fragments.js'

/**
 * JSON schema 5: one object a record, keys in the order of the reference, always valid. What depends on an entity alone is
 * copied from its fragments; only the numbers of the row are written out.
 */
export class JsonEncoder implements Encoder<EventColumns> {
  readonly format = 'json'
  readonly #flowOpening: Buffer
  readonly #eventOpenings: (operations: number) => Buffer
  readonly #fileOperations = perBitmap(bitmap => fragment(`,${operationsText(operationNames(bitmap, false))}0,"ts":`))
  readonly #networkOperations = perBitmap(bitmap => fragment(`,${operationsText(operationNames(bitmap, true))}0,"ts":`))
  readonly #verdicts = jsonVerdicts()
  readonly #headers = new HeaderNotes(header => new HeaderFragments(header))
  readonly #actors: ActorNotes<HeaderFragments, ActorFragments>
  readonly #files: FileNotes<FileFragments>

  /** `schema`: what `version` says, 5 unless a setting overrides it. */
  constructor(schema = 5, without: Without = WITHOUT_NOTHING) {
    const opening = `{"version":${schema},`
    this.#flowOpening = fragment(`${opening}"endts":`)
    this.#eventOpenings = perBitmap(bitmap => fragment(`${opening}"endts":0,${operationsText(operationNames(bitmap, false))}`))
    const keeps = !without.has('fragments')
    this.#actors = new ActorNotes((actor, header) => new ActorFragments(actor, header), keeps)
    this.#files = new FileNotes(name => new FileFragments(name), keeps)
  }

  encode(batch: JudgedBatch<EventColumns>, from: number, to: number, into: PageWriter): void {
    const { records, rows, verdicts } = batch
    const header = this.#headers.of(records.header)
    for (let index = from; index < to; index++) {
      const row = rows[index] as number
      const verdict = verdicts[index] ?? null
      switch (records.type[row]) {
        case FF:
          this.#fileFlow(records, row, header, verdict, into)
          break
        case NF:
          this.#networkFlow(records, row, header, verdict, into)
          break
        case FE:
          this.#fileEvent(records, row, header, verdict, into)
          break
        case PE:
          this.#processEvent(records, row, header, verdict, into)
          break
        default:
          this.#kubernetesEvent(records, row, header, verdict, into)
      }
      into.finishRecord()
    }
  }

  #fileFlow(records: EventColumns, row: number, header: HeaderFragments, verdict: Verdict | null, into: PageWriter): void {
    const actor = this.#actors.of(records.actor[row] as Actor, header)
    const file = records.file[row] as FileEntity
    const fragments = this.#files.of(file)
    const parts = fragments.flow(records.openFlags[row] as number)
    this.#flowTop(records, row, this.#fileOperations(records.opFlags[row] as number), into)
    into.bytes(actor.opening(FF))
    into.bytes(fragments.directory)
    into.number(records.fd[row] as number)
    into.bytes(parts.names)
    identity(file, into)
    into.bytes(parts.flow)
    counters(records, row, into)
    this.#close(actor, actor.flow, records.tid[row] as number, verdict, into)
  }

  #networkFlow(records: EventColumns, row: number, header: HeaderFragments, verdict: Verdict | null, into: PageWriter): void {
    const actor = this.#actors.of(records.actor[row] as Actor, header)
    this.#flowTop(records, row, this.#networkOperations(records.opFlags[row] as number), into)
    into.bytes(actor.opening(NF))
    into.bytes(FLOW)
    counters(records, row, into)
    into.bytes(CLOSE)
    into.bytes(header.meta)
    network(records, row, into)
    this.#close(actor, actor.network, records.tid[row] as number, verdict, into)
  }

  #fileEvent(records: EventColumns, row: number, header: HeaderFragments, verdict: Verdict | null, into: PageWriter): void {
    const actor = this.#actors.of(records.actor[row] as Actor, header)
    const file = records.file[row] as FileEntity
    const second = records.secondFile[row] as FileEntity
    const fragments = this.#files.of(file)
    const secondFragments = this.#files.of(second)
    this.#eventTop(records, row, into)
    into.bytes(actor.opening(FE))
    into.bytes(fragments.directory)
    into.bytes(fragments.event.names)
    into.bytes(secondFragments.second.names)
    identity(second, into)
    into.bytes(secondFragments.second.paths)
    identity(file, into)
    into.bytes(fragments.event.rest)
    this.#close(actor, actor.event, records.tid[row] as number, verdict, into)
  }

  #processEvent(records: EventColumns, row: number, header: HeaderFragments, verdict: Verdict | null, into: PageWriter): void {
    const actor = this.#actors.of(records.actor[row] as Actor, header)
    this.#eventTop(records, row, into)
    into.bytes(actor.opening(PE))
    this.#close(actor, actor.event, records.tid[row] as number, verdict, into)
  }

  #kubernetesEvent(records: EventColumns, row: number, header: HeaderFragments, verdict: Verdict | null, into: PageWriter): void {
    into.bytes(this.#flowOpening)
    into.clock(records.tsHigh[row] as number, records.tsLow[row] as number)
    into.bytes(this.#fileOperations(0))
    into.clock(records.tsHigh[row] as number, records.tsLow[row] as number)
    const event = records.k8s[row]
    const action = jsonText(K8S_ACTIONS[event?.action ?? -1] ?? '')
    const kind = jsonText(K8S_COMPONENTS[event?.kind ?? -1] ?? '')
    into.text(`,"type":"KE","k8s":{"action":${action},"kind":${kind},"message":${jsonText(event?.message ?? '')}}`)
    into.bytes(header.meta)
    into.bytes(header.node)
    if (verdict) this.#verdicts.write(verdict, into)
    into.bytes(CLOSE)
  }

  #flowTop(records: EventColumns, row: number, operations: Buffer, into: PageWriter): void {
    into.bytes(this.#flowOpening)
    into.clock(records.endHigh[row] as number, records.endLow[row] as number)
    into.bytes(operations)
    into.clock(records.tsHigh[row] as number, records.tsLow[row] as number)
  }

  #eventTop(records: EventColumns, row: number, into: PageWriter): void {
    into.bytes(this.#eventOpenings(records.opFlags[row] as number))
    into.number(records.ret[row] as number)
    into.bytes(TS)
    into.clock(records.tsHigh[row] as number, records.tsLow[row] as number)
  }

  #close(fragments: ActorFragments, tail: Tail, thread: number, verdict: Verdict | null, into: PageWriter): void {
    if (thread === fragments.pid) into.bytes(verdict === null ? tail.closed : tail.open)
    else {
      into.bytes(tail.beforeThread)
      into.number(thread)
      into.bytes(verdict === null ? fragments.closed : fragments.open)
    }
    if (verdict === null) return
    this.#verdicts.write(verdict, into)
    into.bytes(CLOSE)
  }
}

/** Nothing for an absent file. */
function identity(file: FileEntity, into: PageWriter): void {
  if (file.known) into.hex(file.id0, file.id1, file.id2, file.id3, file.id4)
}

/** Up to the last number of `flow`. Most flows only read or only write. */
function counters(records: EventColumns, row: number, into: PageWriter): void {
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

function network(records: EventColumns, row: number, into: PageWriter): void {
  const source = dottedAddress(records.sourceIp[row] as number)
  const target = dottedAddress(records.targetIp[row] as number)
  const sourcePort = records.sourcePort[row] as number
  const targetPort = records.targetPort[row] as number
  into.text(
    `,"net":{"dip":"${target}","dport":${targetPort},"ip":["${source}","${target}"],"port":[${sourcePort},${targetPort}],"proto":${records.protocol[row] as number},"sip":"${source}","sport":${sourcePort}}`,
  )
}

/** Up to the number that the call returned. */
const operationsText = (names: readonly string[]): string => `"opflags":${jsonTexts(names)},"ret":`

const TS = fragment(',"ts":')
const FLOW = fragment(',"flow":{"rbytes":')
const READ_OPS = fragment(',"rops":')
const WRITE_BYTES = fragment(',"wbytes":')
const WRITE_OPS = fragment(',"wops":')
const NO_READS = fragment('0,"rops":0,"wbytes":')
const NO_WRITES = fragment('0,"wops":0')
const CLOSE = fragment('}')

// SPDX-License-Identifier: Apache-2.0
import type { Encoder, PageWriter } from '../../contract/exporter.js'
import { memoOf } from '../../contract/source.js'
import type { JudgedBatch } from '../../contract/verdict.js'
import { dottedAddress } from '../../record/derive/addresses.js'
import { isOpenForReading, isOpenForWriting, openFlagNames, operationNames, perBitmap } from '../../record/derive/flags.js'
import { recordTypeName } from '../../record/derive/names.js'
import { type Actor, type FileEntity, type Header, K8S_ACTIONS, K8S_COMPONENTS } from '../../sysflow/entities.js'
import { type EventColumns, FE, FF, KE, NF, PE } from '../../sysflow/event-columns.js'
import { jsonText, jsonTexts } from '../json-text.js'
import { FileNotes } from './file-notes.js'
import { fragment } from './fragment.js'
import { ActorFragments, FileFragments, HeaderFragments } from './json-fragments.js'
import { policiesText, tagsText, VerdictFragments } from './verdict-fragments.js'

/**
 * JSON schema 5: one object a record, keys in the order of the reference, always valid. What depends on an entity alone is
 * copied from its fragments; only the numbers of the row are written out.
 */
export class JsonEncoder implements Encoder<EventColumns> {
  readonly format = 'json'
  readonly #opening: Buffer
  readonly #operations = perBitmap(bitmap => operationsFragment(operationNames(bitmap, false)))
  readonly #networkOperations = perBitmap(bitmap => operationsFragment(operationNames(bitmap, true)))
  readonly #openModes = perBitmap(flags =>
    fragment(`,"is_open_read":${isOpenForReading(flags)},"is_open_write":${isOpenForWriting(flags)}`),
  )
  readonly #openFlags = perBitmap(flags => fragment(jsonTexts(openFlagNames(flags))))
  readonly #files = new FileNotes(file => new FileFragments(file))
  readonly #verdicts = new VerdictFragments(verdict => policiesText(verdict) + tagsText(verdict))

  /** `schema`: what `version` says, 5 unless a setting overrides it. */
  constructor(schema = 5) {
    this.#opening = fragment(`{"version":${schema},"endts":`)
  }

  encode(batch: JudgedBatch<EventColumns>, from: number, to: number, into: PageWriter): void {
    const { records, rows, verdicts } = batch
    for (let index = from; index < to; index++) {
      this.#record(records, rows[index] as number, into)
      const verdict = verdicts[index]
      if (verdict) into.bytes(this.#verdicts.of(verdict))
      into.bytes(CLOSE)
      into.finishRecord()
    }
  }

  #record(records: EventColumns, row: number, into: PageWriter): void {
    const type = records.type[row] as number
    const header = this.#header(records.header)
    this.#top(records, row, type, into)
    if (type === KE) {
      kubernetesEvent(records, row, into)
      into.bytes(header.meta)
      into.bytes(header.node)
      return
    }
    const actor = this.#actor(records.actor[row] as Actor)
    into.bytes(actor.container)
    if (type === FF || type === FE) this.#file(records, row, type, into)
    if (type === FF || type === NF) counters(records, row, into)
    into.bytes(header.meta)
    if (type === NF) network(records, row, into)
    into.bytes(header.node)
    into.bytes(actor.processes)
    into.number(records.tid[row] as number)
    into.bytes(actor.rest)
  }

  #top(records: EventColumns, row: number, type: number, into: PageWriter): void {
    into.bytes(this.#opening)
    if (type === NF || type === FF) into.clock(records.endHigh[row] as number, records.endLow[row] as number)
    else if (type === KE) into.clock(records.tsHigh[row] as number, records.tsLow[row] as number)
    else into.bytes(ZERO)
    const operations = type === KE ? 0 : (records.opFlags[row] as number)
    into.bytes(type === NF ? this.#networkOperations(operations) : this.#operations(operations))
    into.number(type === PE || type === FE ? (records.ret[row] as number) : 0)
    into.bytes(TS)
    into.clock(records.tsHigh[row] as number, records.tsLow[row] as number)
    into.bytes(TYPES[type] ?? UNKNOWN_TYPE)
  }

  #file(records: EventColumns, row: number, type: number, into: PageWriter): void {
    const file = this.#files.of(records.file[row] as FileEntity)
    const openFlags = type === FF ? (records.openFlags[row] as number) : 0
    into.bytes(file.directory)
    into.number(type === FF ? (records.fd[row] as number) : 0)
    into.bytes(this.#openModes(openFlags))
    into.bytes(file.name)
    if (type === FF) into.bytes(file.oidAlone)
    else {
      into.bytes(this.#files.of(records.secondFile[row] as FileEntity).asSecond)
      into.bytes(file.oid)
    }
    into.bytes(this.#openFlags(openFlags))
    into.bytes(file.rest)
  }

  #header(header: Header): HeaderFragments {
    return memoOf(header, this, next => new HeaderFragments(header, this, next))
  }

  #actor(actor: Actor): ActorFragments {
    return memoOf(actor, this, next => new ActorFragments(actor, this, next))
  }
}

function kubernetesEvent(records: EventColumns, row: number, into: PageWriter): void {
  const event = records.k8s[row]
  const action = jsonText(K8S_ACTIONS[event?.action ?? -1] ?? '')
  const kind = jsonText(K8S_COMPONENTS[event?.kind ?? -1] ?? '')
  into.text(`,"k8s":{"action":${action},"kind":${kind},"message":${jsonText(event?.message ?? '')}}`)
}

function counters(records: EventColumns, row: number, into: PageWriter): void {
  into.bytes(READ_BYTES)
  into.number(records.readBytes[row] as number)
  into.bytes(READ_OPS)
  into.number(records.readOps[row] as number)
  into.bytes(WRITE_BYTES)
  into.number(records.writeBytes[row] as number)
  into.bytes(WRITE_OPS)
  into.number(records.writeOps[row] as number)
  into.bytes(CLOSE)
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

const operationsFragment = (names: readonly string[]): Buffer => fragment(`,"opflags":${jsonTexts(names)},"ret":`)
const ZERO = fragment('0')
const TS = fragment(',"ts":')
const READ_BYTES = fragment(',"flow":{"rbytes":')
const READ_OPS = fragment(',"rops":')
const WRITE_BYTES = fragment(',"wbytes":')
const WRITE_OPS = fragment(',"wops":')
const CLOSE = fragment('}')
const UNKNOWN_TYPE = fragment(',"type":""')
const TYPES: readonly Buffer[] = Array.from({ length: KE + 1 }, (_, type) => fragment(`,"type":"${recordTypeName(type)}"`))

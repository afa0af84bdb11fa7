// SPDX-License-Identifier: Apache-2.0

import { type Acknowledgement, CountedBatch } from '../../../core/contract/batch.js'
import { type Actor, type FileEntity, type Header, type K8sEvent, noFile, noHeader, unknownActor } from '../entities/entities.js'

/** Record types that become rows. The numbers are the union indices of the wire format. */
export const PE = 4
export const NF = 5
export const FF = 6
export const FE = 7
export const KE = 11

/**
 * Events as columns: row i of every array belongs to one record. The decoder writes them; all other code only reads.
 *
 * A column is valid only for the record types named beside it. For other types it holds the value of an earlier row, so readers
 * check `type` first. `actor`, `file` and `secondFile` are set for every row (the empty object if there is none).
 */
export class EventColumns extends CountedBatch {
  length = 0
  /** The header that all rows belong to: a new header starts a new batch. */
  header: Header = noHeader()
  /** Number of row 0 among all rows of its trace, counted from 1. */
  firstRecordNumber = 1

  readonly capacity: number
  readonly type: Uint8Array
  /** Start, ns. All types. */
  readonly tsHigh: Int32Array
  readonly tsLow: Uint32Array
  /** End, ns. NF, FF. */
  readonly endHigh: Int32Array
  readonly endLow: Uint32Array
  /** All but KE. */
  readonly tid: Float64Array
  /** All; 0 for KE. */
  readonly opFlags: Int32Array
  /** PE, FE. */
  readonly ret: Int32Array
  /** NF, FF. */
  readonly fd: Int32Array
  /** FF. */
  readonly openFlags: Int32Array
  /** NF; addresses as signed 32-bit, lowest byte = first octet. */
  readonly sourceIp: Int32Array
  readonly sourcePort: Int32Array
  readonly targetIp: Int32Array
  readonly targetPort: Int32Array
  readonly protocol: Int32Array
  /** NF, FF. */
  readonly readOps: Float64Array
  readonly writeOps: Float64Array
  readonly readBytes: Float64Array
  readonly writeBytes: Float64Array
  readonly actor: Actor[]
  /** FF, FE. */
  readonly file: FileEntity[]
  /** FE. */
  readonly secondFile: FileEntity[]
  /** PE: arguments of the call, rarely any. */
  readonly callArgs: (readonly string[])[]
  /** KE. */
  readonly k8s: K8sEvent[]

  /** Acknowledgements of the input of its rows, in reading order. */
  readonly #acknowledgements: Acknowledgement[] = []

  constructor(capacity: number) {
    super()
    this.capacity = capacity
    this.type = new Uint8Array(capacity)
    this.tsHigh = new Int32Array(capacity)
    this.tsLow = new Uint32Array(capacity)
    this.endHigh = new Int32Array(capacity)
    this.endLow = new Uint32Array(capacity)
    this.tid = new Float64Array(capacity)
    this.opFlags = new Int32Array(capacity)
    this.ret = new Int32Array(capacity)
    this.fd = new Int32Array(capacity)
    this.openFlags = new Int32Array(capacity)
    this.sourceIp = new Int32Array(capacity)
    this.sourcePort = new Int32Array(capacity)
    this.targetIp = new Int32Array(capacity)
    this.targetPort = new Int32Array(capacity)
    this.protocol = new Int32Array(capacity)
    this.readOps = new Float64Array(capacity)
    this.writeOps = new Float64Array(capacity)
    this.readBytes = new Float64Array(capacity)
    this.writeBytes = new Float64Array(capacity)
    const actor = unknownActor()
    const file = noFile()
    this.actor = new Array<Actor>(capacity).fill(actor)
    this.file = new Array<FileEntity>(capacity).fill(file)
    this.secondFile = new Array<FileEntity>(capacity).fill(file)
    this.callArgs = new Array<readonly string[]>(capacity).fill(NO_ARGS)
    this.k8s = new Array<K8sEvent>(capacity).fill(NO_K8S_EVENT)
  }

  /** Call this for each piece of input from which rows were read. */
  attachAcknowledgement(acknowledgement: Acknowledgement): void {
    if (this.#acknowledgements.at(-1) === acknowledgement) return
    acknowledgement.retain()
    this.#acknowledgements.push(acknowledgement)
  }

  protected override recycle(): void {
    if (this.#acknowledgements.length > 0)
      for (const acknowledgement of this.#acknowledgements.splice(0)) acknowledgement.release()
  }
}

export const NO_ARGS: readonly string[] = []
export const NO_K8S_EVENT: K8sEvent = { kind: 0, action: 0, message: '' }

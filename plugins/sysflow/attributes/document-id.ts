// SPDX-License-Identifier: Apache-2.0

import { type EventColumns, FE, FF, KE, NF } from '../reader/event-columns.js'
import { xxh64 } from './derive/xxh64.js'

/** Computes the document id of a record: the same for every export of the same trace. */
export class DocumentIds {
  /** Hash input; grown for the message of a Kubernetes event. */
  #bytes = Buffer.alloc(1024)
  #at = 0

  /** Returns 16 hex digits. */
  of(records: EventColumns, row: number): string {
    const type = records.type[row] as number
    const actor = records.actor[row]
    const process = actor?.process
    this.#at = 0
    this.#text(records.header.exporter)
    if (type !== KE) this.#text(actor?.container.id ?? '')
    this.#clock(records.tsHigh[row] as number, records.tsLow[row] as number)
    this.#long(type === KE ? 0 : (records.tid[row] as number))
    this.#clock(type === KE ? 0 : (process?.createHigh ?? 0), type === KE ? 0 : (process?.createLow ?? 0))
    this.#long(type === KE ? 0 : (records.opFlags[row] as number))
    if (type === FF || type === FE) this.#text(records.file[row]?.oid ?? '')
    else if (type === NF) {
      this.#long(records.sourceIp[row] as number)
      this.#long(records.sourcePort[row] as number)
      this.#long(records.targetIp[row] as number)
      this.#long(records.targetPort[row] as number)
      this.#long(records.protocol[row] as number)
    } else if (type === KE) {
      const event = records.k8s[row]
      this.#long(event?.action ?? 0)
      this.#long(event?.kind ?? 0)
      this.#text(event?.message ?? '')
    }
    return xxh64(this.#bytes.subarray(0, this.#at))
  }

  #text(text: string): void {
    // A UTF-16 unit takes at most three bytes of UTF-8.
    this.#reserve(text.length * 3)
    this.#at += this.#bytes.write(text, this.#at, 'utf8')
  }

  #clock(high: number, low: number): void {
    this.#reserve(8)
    this.#bytes.writeUInt32LE(low >>> 0, this.#at)
    this.#bytes.writeInt32LE(high | 0, this.#at + 4)
    this.#at += 8
  }

  #long(value: number): void {
    this.#clock(Math.floor(value / 4294967296), value)
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return
    const grown = Buffer.alloc(2 * (this.#at + bytes))
    this.#bytes.copy(grown, 0, 0, this.#at)
    this.#bytes = grown
  }
}

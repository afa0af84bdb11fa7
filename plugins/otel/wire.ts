// SPDX-License-Identifier: Apache-2.0
import { OtelFormatError } from './log-records.js'

/** The wire format of protocol buffers, as far as log data needs it. */

const VARINT = 0
const FIXED64 = 1
const LENGTH = 2
const FIXED32 = 5

/** One field of a message; each reader throws an {@link OtelFormatError} where the wire type is another. */
export class Field {
  constructor(
    readonly number: number,
    readonly wire: number,
    readonly content: Buffer,
    readonly whole: bigint,
  ) {}

  bytes(): Buffer {
    return this.#typed(LENGTH).content
  }

  text(): string {
    return this.bytes().toString('utf8')
  }

  varint(): bigint {
    return this.#typed(VARINT).whole
  }

  number32(): number {
    return Number(BigInt.asUintN(32, this.varint()))
  }

  fixed64(): bigint {
    return this.#typed(FIXED64).content.readBigUInt64LE()
  }

  fixed32(): number {
    return this.#typed(FIXED32).content.readUInt32LE()
  }

  double(): number {
    return this.#typed(FIXED64).content.readDoubleLE()
  }

  #typed(wire: number): this {
    if (this.wire !== wire) throw new OtelFormatError(`field ${this.number} has wire type ${this.wire} where ${wire} is due`)
    return this
  }
}

/** The fields of a message in order. Throws an {@link OtelFormatError} where the bytes are none. */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.length)
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) throw new OtelFormatError('the message ends inside a number')
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return BigInt.asUintN(64, value)
    }
    throw new OtelFormatError('a number has more than ten bytes')
  }
  const take = (length: number): Buffer => {
    if (length > bytes.length - at) throw new OtelFormatError(`the message ends inside a field of ${length} bytes`)
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const tag = Number(varint())
    const [number, wire] = [Math.floor(tag / 8), tag % 8]
    if (number === 0) throw new OtelFormatError('a field has number 0')
    if (wire === VARINT) yield new Field(number, wire, EMPTY, varint())
    else if (wire === FIXED64) yield new Field(number, wire, take(8), 0n)
    else if (wire === LENGTH) yield new Field(number, wire, take(Number(varint())), 0n)
    else if (wire === FIXED32) yield new Field(number, wire, take(4), 0n)
    else throw new OtelFormatError(`a field has wire type ${wire}`)
  }
}

const EMPTY = Buffer.alloc(0)

/** Fields of a message, to be written. What says nothing (an empty text, 0) is left out, as the format asks. */
export class Message {
  readonly #parts: Buffer[] = []
  #size = 0

  bytes(number: number, value: Uint8Array, always = false): this {
    if (value.length === 0 && !always) return this
    return this.#push(varintOf(tag(number, LENGTH)))
      .#push(varintOf(BigInt(value.length)))
      .#push(value)
  }

  text(number: number, value: string, always = false): this {
    return this.bytes(number, Buffer.from(value, 'utf8'), always)
  }

  varint(number: number, value: bigint, always = false): this {
    return value === 0n && !always ? this : this.#push(varintOf(tag(number, VARINT))).#push(varintOf(BigInt.asUintN(64, value)))
  }

  fixed64(number: number, value: bigint): this {
    if (value === 0n) return this
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64LE(BigInt.asUintN(64, value))
    return this.#push(varintOf(tag(number, FIXED64))).#push(bytes)
  }

  double(number: number, value: number): this {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleLE(value)
    return this.#push(varintOf(tag(number, FIXED64))).#push(bytes)
  }

  fixed32(number: number, value: number): this {
    if (value === 0) return this
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(value >>> 0)
    return this.#push(varintOf(tag(number, FIXED32))).#push(bytes)
  }

  message(number: number, value: Message): this {
    return this.bytes(number, value.done(), true)
  }

  done(): Buffer {
    return Buffer.concat(this.#parts, this.#size)
  }

  #push(part: Uint8Array): this {
    this.#parts.push(part as Buffer)
    this.#size += part.length
    return this
  }
}

const tag = (number: number, wire: number): bigint => BigInt(number * 8 + wire)

function varintOf(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  bytes.push(Number(rest))
  return Buffer.from(bytes)
}

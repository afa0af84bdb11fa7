// SPDX-License-Identifier: Apache-2.0
import { OtelFormatError } from './log-records.js'

/** The subset of the protocol buffers wire format that log data needs. */

const VARINT = 0
const FIXED64 = 1
const LENGTH_DELIMITED = 2
const FIXED32 = 5

/** One field of a message; each reader throws an {@link OtelFormatError} if the wire type differs. */
export class ProtoField {
  constructor(
    readonly number: number,
    readonly wireType: number,
    readonly content: Buffer,
    readonly varintValue: bigint,
  ) {}

  bytes(): Buffer {
    return this.#expectType(LENGTH_DELIMITED).content
  }

  text(): string {
    return this.bytes().toString('utf8')
  }

  varint(): bigint {
    return this.#expectType(VARINT).varintValue
  }

  number32(): number {
    return Number(BigInt.asUintN(32, this.varint()))
  }

  fixed64(): bigint {
    return this.#expectType(FIXED64).content.readBigUInt64LE()
  }

  fixed32(): number {
    return this.#expectType(FIXED32).content.readUInt32LE()
  }

  double(): number {
    return this.#expectType(FIXED64).content.readDoubleLE()
  }

  #expectType(wireType: number): this {
    if (this.wireType !== wireType)
      throw new OtelFormatError(`field ${this.number} has wire type ${this.wireType} where ${wireType} is due`)
    return this
  }
}

/** The fields of a message in order. Throws an {@link OtelFormatError} if the bytes are not fields. */
export function* fieldsOf(message: Uint8Array): Generator<ProtoField> {
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
  const takeBytes = (length: number): Buffer => {
    if (length > bytes.length - at) throw new OtelFormatError(`the message ends inside a field of ${length} bytes`)
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const tagOf = Number(varint())
    const [number, wireType] = [Math.floor(tagOf / 8), tagOf % 8]
    if (number === 0) throw new OtelFormatError('a field has number 0')
    if (wireType === VARINT) yield new ProtoField(number, wireType, EMPTY, varint())
    else if (wireType === FIXED64) yield new ProtoField(number, wireType, takeBytes(8), 0n)
    else if (wireType === LENGTH_DELIMITED) yield new ProtoField(number, wireType, takeBytes(Number(varint())), 0n)
    else if (wireType === FIXED32) yield new ProtoField(number, wireType, takeBytes(4), 0n)
    else throw new OtelFormatError(`a field has wire type ${wireType}`)
  }
}

const EMPTY = Buffer.alloc(0)

/** Writes the fields of a message. Default values (an empty text, 0) are left out, as the format requires. */
export class ProtoMessage {
  readonly #parts: Buffer[] = []
  #size = 0

  bytes(number: number, value: Uint8Array, always = false): this {
    if (value.length === 0 && !always) return this
    return this.#push(encodeVarint(tagOf(number, LENGTH_DELIMITED)))
      .#push(encodeVarint(BigInt(value.length)))
      .#push(value)
  }

  text(number: number, value: string, always = false): this {
    return this.bytes(number, Buffer.from(value, 'utf8'), always)
  }

  varint(number: number, value: bigint, always = false): this {
    return value === 0n && !always
      ? this
      : this.#push(encodeVarint(tagOf(number, VARINT))).#push(encodeVarint(BigInt.asUintN(64, value)))
  }

  fixed64(number: number, value: bigint): this {
    if (value === 0n) return this
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64LE(BigInt.asUintN(64, value))
    return this.#push(encodeVarint(tagOf(number, FIXED64))).#push(bytes)
  }

  double(number: number, value: number): this {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleLE(value)
    return this.#push(encodeVarint(tagOf(number, FIXED64))).#push(bytes)
  }

  fixed32(number: number, value: number): this {
    if (value === 0) return this
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(value >>> 0)
    return this.#push(encodeVarint(tagOf(number, FIXED32))).#push(bytes)
  }

  message(number: number, value: ProtoMessage): this {
    return this.bytes(number, value.finish(), true)
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts, this.#size)
  }

  #push(part: Uint8Array): this {
    this.#parts.push(part as Buffer)
    this.#size += part.length
    return this
  }
}

const tagOf = (number: number, wireType: number): bigint => BigInt(number * 8 + wireType)

function encodeVarint(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  bytes.push(Number(rest))
  return Buffer.from(bytes)
}

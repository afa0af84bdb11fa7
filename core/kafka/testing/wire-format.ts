// SPDX-License-Identifier: Apache-2.0

/** The primitive types of Kafka's protocol (https://kafka.apache.org/protocol#protocol_types). */
export class WireReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get remaining(): number {
    return this.#bytes.length - this.#at
  }

  int8 = (): number => this.bytes(1).readInt8()
  int16 = (): number => this.bytes(2).readInt16BE()
  int32 = (): number => this.bytes(4).readInt32BE()
  uint32 = (): number => this.bytes(4).readUInt32BE()
  int64 = (): bigint => this.bytes(8).readBigInt64BE()

  bytes(length: number): Buffer {
    if (length < 0 || length > this.remaining) throw new RangeError(`${length} bytes are wanted, ${this.remaining} are left`)
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  unsignedVarint(): bigint {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.bytes(1).readUInt8()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }

  /** Zigzag: 0, -1, 1, -2, ... */
  varint(): number {
    const value = this.unsignedVarint()
    return Number(value & 1n ? -(value >> 1n) - 1n : value >> 1n)
  }

  /** Undefined for the length -1. */
  varintBytes(): Buffer | undefined {
    const length = this.varint()
    return length < 0 ? undefined : this.bytes(length)
  }

  nullableString(): string | undefined {
    const length = this.int16()
    return length < 0 ? undefined : this.bytes(length).toString()
  }

  /** Lengths of compact types are one too high, 0 stands for null. */
  compactNullableString(): string | undefined {
    const length = Number(this.unsignedVarint()) - 1
    return length < 0 ? undefined : this.bytes(length).toString()
  }

  compactString(): string {
    return this.compactNullableString() ?? ''
  }

  compactBytes(): Buffer {
    return this.bytes(Number(this.unsignedVarint()) - 1)
  }

  compactArray<T>(readItem: () => T): T[] {
    return Array.from({ length: Math.max(0, Number(this.unsignedVarint()) - 1) }, readItem)
  }

  /** Skips tagged fields. */
  tags(): void {
    for (let left = Number(this.unsignedVarint()); left > 0; left--) {
      this.unsignedVarint()
      this.bytes(Number(this.unsignedVarint()))
    }
  }
}

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

export function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(value)
  return bytes
}

function unsignedVarint(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest])
    bytes.push((rest & 0x7f) | 0x80)
  }
}

export function compactString(text: string | undefined): Buffer {
  const bytes = Buffer.from(text ?? '')
  return Buffer.concat([unsignedVarint(text === undefined ? 0 : bytes.length + 1), bytes])
}

export const compactArray = (items: readonly Buffer[]): Buffer => Buffer.concat([unsignedVarint(items.length + 1), ...items])

/** No tagged fields. */
export const TAGS = Buffer.of(0)

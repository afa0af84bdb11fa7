// SPDX-License-Identifier: Apache-2.0
import type { AvroShape } from '../../plugins/sysflow/avro/avro-shape.js'

/** Maximum bytes of a number. */
export const MAX_VARINT_LENGTH = 10

/** Writes a 64-bit integer in Avro's zig-zag encoding at `at`; returns the offset after it. */
export function writeVarint(bytes: Uint8Array, at: number, value: bigint): number {
  let remaining = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
  let offset = at
  for (; remaining > 0x7fffffffn; remaining >>= 7n) bytes[offset++] = Number(remaining & 127n) | 128
  let small = Number(remaining)
  for (; small > 127; small >>>= 7) bytes[offset++] = (small & 127) | 128
  bytes[offset++] = small
  return offset
}

export function encodeVarint(value: number): Buffer {
  const bytes = Buffer.alloc(MAX_VARINT_LENGTH)
  return bytes.subarray(0, writeVarint(bytes, 0, BigInt(value)))
}

/** Reads Avro values from the start of a block. It is independent of the product, so that the inputs do not depend on it. */
export class WireReader {
  offset = 0
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** Unread bytes; negative if a value extends beyond the block. */
  get remaining(): number {
    return this.#bytes.length - this.offset
  }

  long(): bigint {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#bytes[this.offset++] ?? 0
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n))
    }
  }

  branchOf(union: Extract<AvroShape, { kind: 'union' }>): AvroShape {
    const branch = union.branches[Number(this.long())]
    if (!branch) throw new Error(`a union has no such branch (byte ${this.offset} of a block)`)
    return branch
  }

  skip(shape: AvroShape): void {
    switch (shape.kind) {
      case 'null':
        return
      case 'boolean':
        this.offset++
        return
      case 'int':
      case 'long':
      case 'enum':
        this.long()
        return
      case 'float':
        this.offset += 4
        return
      case 'double':
        this.offset += 8
        return
      case 'fixed':
        this.offset += shape.size
        return
      case 'string':
      case 'bytes':
        this.#skipText()
        return
      case 'union':
        this.skip(this.branchOf(shape))
        return
      case 'record':
        for (const field of shape.fields) this.skip(field.shape)
        return
      case 'array':
      case 'map':
        for (let count = this.long(); count !== 0n; count = this.long()) {
          if (count < 0n) this.long()
          for (let remaining = count < 0n ? -count : count; remaining > 0n; remaining--) {
            if (shape.kind === 'map') this.#skipText()
            this.skip(shape.items)
          }
        }
        return
      default:
        shape satisfies never
    }
  }

  #skipText(): void {
    const length = Number(this.long())
    this.offset += length
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { Shape } from '../../plugins/sysflow/avro/shape.js'

/** The most bytes that a number takes. */
export const LONGEST_VARINT = 10

/** Writes a whole number of 64 bits in Avro's zig-zag form at `at`; gives the place behind it. */
export function putVarint(bytes: Uint8Array, at: number, value: bigint): number {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
  let place = at
  for (; rest > 0x7fffffffn; rest >>= 7n) bytes[place++] = Number(rest & 127n) | 128
  let small = Number(rest)
  for (; small > 127; small >>>= 7) bytes[place++] = (small & 127) | 128
  bytes[place++] = small
  return place
}

export function varint(value: number): Buffer {
  const bytes = Buffer.alloc(LONGEST_VARINT)
  return bytes.subarray(0, putVarint(bytes, 0, BigInt(value)))
}

/** Reads whole Avro values from the front of a block; a plain one, so that the inputs do not depend on what is measured. */
export class WireReader {
  at = 0
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** Bytes that have not been read; negative if more were read than there are. */
  get left(): number {
    return this.#bytes.length - this.at
  }

  long(): bigint {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#bytes[this.at++] ?? 0
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n))
    }
  }

  branchOf(union: Extract<Shape, { kind: 'union' }>): Shape {
    const branch = union.branches[Number(this.long())]
    if (!branch) throw new Error(`a union has no such branch (byte ${this.at} of a block)`)
    return branch
  }

  skip(shape: Shape): void {
    switch (shape.kind) {
      case 'null':
        return
      case 'boolean':
        this.at++
        return
      case 'int':
      case 'long':
      case 'enum':
        this.long()
        return
      case 'float':
        this.at += 4
        return
      case 'double':
        this.at += 8
        return
      case 'fixed':
        this.at += shape.size
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
          for (let left = count < 0n ? -count : count; left > 0n; left--) {
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
    this.at += length
  }
}

// SPDX-License-Identifier: Apache-2.0
import { clockDigits } from '../../../../core/contract/clock.js'

/** XXH64 with seed 0 as 16 lower-case hex digits, most significant byte first. */
export function xxh64(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const hash = new Word(0, 0)
  let offset = 0
  if (bytes.length >= 32) {
    const lanes = [
      new Word(PRIME1_HIGH, PRIME1_LOW).add(PRIME2_HIGH, PRIME2_LOW),
      new Word(PRIME2_HIGH, PRIME2_LOW),
      new Word(0, 0),
      new Word(~PRIME1_HIGH, -PRIME1_LOW | 0),
    ] as const
    for (; offset + 32 <= bytes.length; offset += 32) {
      for (let lane = 0; lane < 4; lane++)
        lanes[lane]?.round(view.getInt32(offset + lane * 8 + 4, true), view.getInt32(offset + lane * 8, true))
    }
    for (const [lane, turn] of [1, 7, 12, 18].entries()) {
      const turned = new Word(lanes[lane]?.high ?? 0, lanes[lane]?.low ?? 0).rotate(turn)
      hash.add(turned.high, turned.low)
    }
    for (const lane of lanes) {
      const rounded = new Word(0, 0).round(lane.high, lane.low)
      hash.xor(rounded.high, rounded.low).multiply(PRIME1_HIGH, PRIME1_LOW).add(PRIME4_HIGH, PRIME4_LOW)
    }
  } else {
    hash.add(PRIME5_HIGH, PRIME5_LOW)
  }
  hash.add(0, bytes.length | 0)
  for (; offset + 8 <= bytes.length; offset += 8) {
    const rounded = new Word(0, 0).round(view.getInt32(offset + 4, true), view.getInt32(offset, true))
    hash.xor(rounded.high, rounded.low).rotate(27).multiply(PRIME1_HIGH, PRIME1_LOW).add(PRIME4_HIGH, PRIME4_LOW)
  }
  if (offset + 4 <= bytes.length) {
    const part = new Word(0, view.getInt32(offset, true)).multiply(PRIME1_HIGH, PRIME1_LOW)
    hash.xor(part.high, part.low).rotate(23).multiply(PRIME2_HIGH, PRIME2_LOW).add(PRIME3_HIGH, PRIME3_LOW)
    offset += 4
  }
  for (; offset < bytes.length; offset++) {
    const part = new Word(0, view.getUint8(offset)).multiply(PRIME5_HIGH, PRIME5_LOW)
    hash.xor(part.high, part.low).rotate(11).multiply(PRIME1_HIGH, PRIME1_LOW)
  }
  hash.shiftXor(33).multiply(PRIME2_HIGH, PRIME2_LOW).shiftXor(29).multiply(PRIME3_HIGH, PRIME3_LOW).shiftXor(32)
  return hex(hash.high) + hex(hash.low)
}

/** `sf.proc.oid`: XXH64 of the decimal pid directly followed by the decimal creation clock. */
export const processOid = (createHigh: number, createLow: number, pid: number): string =>
  xxh64(Buffer.from(`${pid}${clockDigits(createHigh, createLow)}`, 'latin1'))

const PRIME1_HIGH = 0x9e3779b1 | 0
const PRIME1_LOW = 0x85ebca87 | 0
const PRIME2_HIGH = 0xc2b2ae3d | 0
const PRIME2_LOW = 0x27d4eb4f | 0
const PRIME3_HIGH = 0x165667b1 | 0
const PRIME3_LOW = 0x9e3779f9 | 0
const PRIME4_HIGH = 0x85ebca77 | 0
const PRIME4_LOW = 0xc2b2ae63 | 0
const PRIME5_HIGH = 0x27d4eb2f | 0
const PRIME5_LOW = 0x165667c5 | 0

const hex = (half: number): string => (half >>> 0).toString(16).padStart(8, '0')

/** A 64-bit register in two signed halves: bigint arithmetic is ten times slower. Each method changes the register in place. */
class Word {
  high: number
  low: number

  constructor(high: number, low: number) {
    this.high = high
    this.low = low
  }

  add(high: number, low: number): this {
    const sum = (this.low >>> 0) + (low >>> 0)
    this.low = sum | 0
    this.high = (this.high + high + (sum > 0xffffffff ? 1 : 0)) | 0
    return this
  }

  xor(high: number, low: number): this {
    this.high ^= high
    this.low ^= low
    return this
  }

  multiply(high: number, low: number): this {
    const a = this.low & 0xffff
    const b = this.low >>> 16
    const c = low & 0xffff
    const d = low >>> 16
    const cross = Math.imul(a, d) >>> 0
    const middle = (Math.imul(a, c) >>> 16) + (Math.imul(b, c) >>> 0) + (cross & 0xffff)
    const carry = Math.floor(middle / 65536) + (cross >>> 16)
    this.high = (Math.imul(b, d) + carry + Math.imul(this.high, low) + Math.imul(this.low, high)) | 0
    this.low = Math.imul(this.low, low)
    return this
  }

  /** Rotates left by 1 to 31 bits. */
  rotate(bits: number): this {
    const high = this.high
    this.high = (high << bits) | (this.low >>> (32 - bits))
    this.low = (this.low << bits) | (high >>> (32 - bits))
    return this
  }

  /** `x ^= x >>> bits`, unsigned, for 29 to 33 bits. */
  shiftXor(bits: number): this {
    if (bits >= 32) return this.xor(0, this.high >>> (bits - 32))
    return this.xor(this.high >>> bits, (this.low >>> bits) | (this.high << (32 - bits)))
  }

  /** One XXH64 round: add input × prime 2, rotate by 31, multiply by prime 1. */
  round(inputHigh: number, inputLow: number): this {
    const input = new Word(inputHigh, inputLow).multiply(PRIME2_HIGH, PRIME2_LOW)
    return this.add(input.high, input.low).rotate(31).multiply(PRIME1_HIGH, PRIME1_LOW)
  }
}

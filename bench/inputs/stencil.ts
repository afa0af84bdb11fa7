// SPDX-License-Identifier: Apache-2.0
import { Scanner } from '../../core/sysflow/scanner.js'
import type { WriterSchema } from '../../core/sysflow/schema.js'
import type { Shape } from '../../core/sysflow/shape.js'
import { LONGEST_VARINT, putVarint } from './varint.js'

/**
 * The records of one block, with the places marked where a clock or an identity stands. A repetition is the same records of
 * another time: all clocks are hours later (so processes are new ones), and pids, file ids and container ids are others. What
 * was equal stays equal and what was different stays different, so records point at each other as before and rules match as
 * often. Whatever else the records hold is copied byte by byte.
 */
export class Stencil {
  readonly #bytes: Buffer
  readonly #holes: readonly Hole[]

  /** `bytes`: the unpacked block. Throws an Error if it does not hold `count` records of this schema. */
  constructor(schema: WriterSchema, bytes: Buffer, count: number) {
    this.#bytes = bytes
    this.#holes = new HoleFinder(schema, bytes).find(count)
  }

  /** The block as it is in repetition `number`; 0 gives the original. */
  render(number: number): Buffer {
    const source = this.#bytes
    const target = Buffer.allocUnsafe(source.length + this.#holes.length * LONGEST_VARINT)
    let at = 0
    let copied = 0
    for (const hole of this.#holes) {
      at += source.copy(target, at, copied, hole.start)
      copied = hole.end
      const changed = target.subarray(at, at + hole.end - hole.start)
      switch (hole.kind) {
        case 'clock':
          at = putVarint(target, at, hole.value === 0n ? 0n : hole.value + BigInt(number) * STEP)
          break
        case 'pid':
          at = putVarint(target, at, hole.value <= 1n ? hole.value : hole.value + BigInt(number) * PIDS)
          break
        case 'id':
          at += source.copy(target, at, hole.start, hole.end)
          mark(changed, number)
          break
        case 'container':
          at += source.copy(target, at, hole.start, hole.end)
          markText(changed, number)
          break
        default:
          hole.kind satisfies never
      }
    }
    at += source.copy(target, at, copied)
    return target.subarray(0, at)
  }
}

/** Nanoseconds between two repetitions: more than a trace lasts, so that no time is met twice. */
const STEP = 3_600_000_000_000n
/** Process ids between two repetitions: more than a small system gives out. 0 and 1 mean the same everywhere and stay. */
const PIDS = 40_000n

interface Hole {
  readonly kind: 'clock' | 'pid' | 'id' | 'container'
  readonly start: number
  readonly end: number
  /** Of a number. */
  readonly value: bigint
}

/** An id of zeros means none and stays. */
function mark(bytes: Buffer, number: number): void {
  if (bytes.every(byte => byte === 0)) return
  let rest = number
  for (let at = bytes.length - 1; rest > 0; at--, rest = Math.floor(rest / 256)) bytes[at] = (bytes[at] as number) ^ (rest % 256)
}

/** Hexadecimal digits move on, each by a digit of `number`; other characters stay. */
function markText(bytes: Buffer, number: number): void {
  let rest = number
  for (let at = bytes.length - 1; at >= 0; at--) {
    const digit = HEX.indexOf(String.fromCharCode(bytes[at] as number))
    if (digit < 0) continue
    bytes[at] = HEX.charCodeAt((digit + rest) % 16)
    rest = Math.floor(rest / 16)
  }
}

const HEX = '0123456789abcdef'

const CLOCKS = new Set(['createTS', 'ts', 'endTs'])
const PROCESS_IDS = new Set(['hpid', 'tid'])
const FILE_IDS = new Set(['oid', 'fileOID', 'newFileOID'])

class HoleFinder {
  readonly #schema: WriterSchema
  readonly #scanner = new Scanner()
  readonly #holes: Hole[] = []

  constructor(schema: WriterSchema, bytes: Buffer) {
    this.#schema = schema
    this.#scanner.begin(bytes)
  }

  find(count: number): readonly Hole[] {
    const scanner = this.#scanner
    for (let record = 0; record < count; record++) {
      const branch = this.#schema.branches[scanner.int()]
      if (!branch) throw new Error(`record ${record} of a block is of no known kind`)
      this.#walk(branch.shape, '', branch.kind === 'C')
      if (scanner.isBad || scanner.position > scanner.end) throw new Error(`record ${record} of a block cannot be read`)
    }
    return this.#holes
  }

  /** Passes over the value of the field `name`, and the fields inside it. */
  #walk(shape: Shape, name: string, isContainer: boolean): void {
    const scanner = this.#scanner
    if (shape.kind === 'record') for (const field of shape.fields) this.#walk(field.shape, field.name, isContainer)
    else if (shape.kind === 'union') this.#walk(shape.branches[scanner.int()] ?? NULL, name, isContainer)
    else {
      const start = scanner.position
      if (isWhole(shape) && (CLOCKS.has(name) || PROCESS_IDS.has(name))) {
        scanner.wide()
        const value = (BigInt(scanner.high) << 32n) | BigInt(scanner.low >>> 0)
        this.#holes.push({ kind: CLOCKS.has(name) ? 'clock' : 'pid', start, end: scanner.position, value })
        return
      }
      const kind = idKind(shape, name, isContainer)
      scanner.skip(shape)
      const end = scanner.position
      if (kind === 'id') this.#holes.push({ kind, start, end, value: 0n })
      if (kind === 'container') this.#holes.push({ kind, start: start + lengthBytes(end - start), end, value: 0n })
    }
  }
}

const NULL: Shape = { kind: 'null' }

/** Of a text that takes so many bytes with the length before it: those of the length. */
const lengthBytes = (size: number): number => (size <= 64 ? 1 : size <= 8193 ? 2 : 3)

const isWhole = (shape: Shape): boolean => shape.kind === 'long' || shape.kind === 'int'

function idKind(shape: Shape, name: string, isContainer: boolean): 'id' | 'container' | undefined {
  if (shape.kind === 'fixed' && FILE_IDS.has(name)) return 'id'
  if (shape.kind === 'string' && (name === 'containerId' || (isContainer && name === 'id'))) return 'container'
  return undefined
}

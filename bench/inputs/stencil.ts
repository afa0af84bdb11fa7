// SPDX-License-Identifier: Apache-2.0
import type { WriterSchema } from '../../plugins/sysflow/avro/schema.js'
import type { Shape } from '../../plugins/sysflow/avro/shape.js'
import { LONGEST_VARINT, putVarint, WireReader } from './wire.js'

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
  readonly #wire: WireReader
  readonly #holes: Hole[] = []

  constructor(schema: WriterSchema, bytes: Buffer) {
    this.#schema = schema
    this.#wire = new WireReader(bytes)
  }

  find(count: number): readonly Hole[] {
    for (let record = 0; record < count; record++) {
      const branch = this.#schema.branches[Number(this.#wire.long())]
      if (!branch) throw new Error(`record ${record} of a block is of no known kind`)
      this.#walk(branch.shape, '', branch.kind === 'C')
    }
    if (this.#wire.left !== 0) throw new Error(`behind the records of a block ${this.#wire.left} bytes are left`)
    return this.#holes
  }

  /** Passes over the value of the field `name`, and the fields inside it. */
  #walk(shape: Shape, name: string, isContainer: boolean): void {
    const wire = this.#wire
    if (shape.kind === 'record') for (const field of shape.fields) this.#walk(field.shape, field.name, isContainer)
    else if (shape.kind === 'union') this.#walk(wire.branchOf(shape), name, isContainer)
    else {
      const kind = holeKind(shape, name, isContainer)
      let start = wire.at
      let value = 0n
      if (kind === 'clock' || kind === 'pid') value = wire.long()
      else if (kind === 'container') {
        // The length before a text is none of its characters.
        const length = Number(wire.long())
        start = wire.at
        wire.at += length
      } else wire.skip(shape)
      if (kind) this.#holes.push({ kind, start, end: wire.at, value })
    }
  }
}

function holeKind(shape: Shape, name: string, isContainer: boolean): Hole['kind'] | undefined {
  switch (shape.kind) {
    case 'int':
    case 'long':
      return CLOCKS.has(name) ? 'clock' : PROCESS_IDS.has(name) ? 'pid' : undefined
    case 'fixed':
      return FILE_IDS.has(name) ? 'id' : undefined
    case 'string':
      return name === 'containerId' || (isContainer && name === 'id') ? 'container' : undefined
    default:
      return undefined
  }
}

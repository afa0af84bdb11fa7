// SPDX-License-Identifier: Apache-2.0

import type { AvroShape } from '../../plugins/sysflow/avro/avro-shape.js'
import type { WriterSchema } from '../../plugins/sysflow/avro/writer-schema.js'
import { MAX_VARINT_LENGTH, WireReader, writeVarint } from './avro-wire.js'

/**
 * The records of one block, with the positions of clocks and identities marked. A repetition has the same records at another
 * time: all clocks are hours later (so processes are new ones), and pids, file ids and container ids differ. Equal values stay
 * equal and different values stay different, so records reference each other as before and rules match as often. All other
 * content of the records is copied byte by byte.
 */
export class BlockTemplate {
  readonly #bytes: Buffer
  readonly #variableFields: readonly VariableField[]

  /** `bytes`: the decompressed block. Throws an Error if it does not contain `count` records of this schema. */
  constructor(schema: WriterSchema, bytes: Buffer, count: number) {
    this.#bytes = bytes
    this.#variableFields = new VariableFieldFinder(schema, bytes).find(count)
  }

  /** The block in repetition `number`; 0 gives the original. */
  render(number: number): Buffer {
    const source = this.#bytes
    const target = Buffer.allocUnsafe(source.length + this.#variableFields.length * MAX_VARINT_LENGTH)
    let offset = 0
    let copied = 0
    for (const field of this.#variableFields) {
      offset += source.copy(target, offset, copied, field.start)
      copied = field.end
      const changed = target.subarray(offset, offset + field.end - field.start)
      switch (field.kind) {
        case 'clock':
          offset = writeVarint(target, offset, field.value === 0n ? 0n : field.value + BigInt(number) * REPETITION_INTERVAL)
          break
        case 'pid':
          offset = writeVarint(
            target,
            offset,
            field.value <= 1n ? field.value : field.value + BigInt(number) * PIDS_PER_REPETITION,
          )
          break
        case 'id':
          offset += source.copy(target, offset, field.start, field.end)
          replaceId(changed, number)
          break
        case 'container':
          offset += source.copy(target, offset, field.start, field.end)
          replaceHexDigits(changed, number)
          break
        default:
          field.kind satisfies never
      }
    }
    offset += source.copy(target, offset, copied)
    return target.subarray(0, offset)
  }
}

/** Nanoseconds between two repetitions: longer than a trace, so that no time occurs twice. */
const REPETITION_INTERVAL = 3_600_000_000_000n
/** Process ids between two repetitions: more than a small system assigns. 0 and 1 have a fixed meaning and stay. */
const PIDS_PER_REPETITION = 40_000n

interface VariableField {
  readonly kind: 'clock' | 'pid' | 'id' | 'container'
  readonly start: number
  readonly end: number
  /** The value of a number. */
  readonly value: bigint
}

/** An id of zeros means no id and stays. */
function replaceId(bytes: Buffer, number: number): void {
  if (bytes.every(byte => byte === 0)) return
  let remaining = number
  for (let offset = bytes.length - 1; remaining > 0; offset--, remaining = Math.floor(remaining / 256))
    bytes[offset] = (bytes[offset] as number) ^ (remaining % 256)
}

/** Shifts each hexadecimal digit by a digit of `number`; other characters stay. */
function replaceHexDigits(bytes: Buffer, number: number): void {
  let remaining = number
  for (let offset = bytes.length - 1; offset >= 0; offset--) {
    const digit = HEX.indexOf(String.fromCharCode(bytes[offset] as number))
    if (digit < 0) continue
    bytes[offset] = HEX.charCodeAt((digit + remaining) % 16)
    remaining = Math.floor(remaining / 16)
  }
}

const HEX = '0123456789abcdef'

const CLOCKS = new Set(['createTS', 'ts', 'endTs'])
const PROCESS_IDS = new Set(['hpid', 'tid'])
const FILE_IDS = new Set(['oid', 'fileOID', 'newFileOID'])

class VariableFieldFinder {
  readonly #schema: WriterSchema
  readonly #wire: WireReader
  readonly #variableFields: VariableField[] = []

  constructor(schema: WriterSchema, bytes: Buffer) {
    this.#schema = schema
    this.#wire = new WireReader(bytes)
  }

  find(count: number): readonly VariableField[] {
    for (let record = 0; record < count; record++) {
      const branch = this.#schema.branches[Number(this.#wire.long())]
      if (!branch) throw new Error(`record ${record} of a block is of no known kind`)
      this.#walk(branch.shape, '', branch.kind === 'C')
    }
    if (this.#wire.remaining !== 0) throw new Error(`behind the records of a block ${this.#wire.remaining} bytes are left`)
    return this.#variableFields
  }

  /** Skips the value of the field `name`, and the fields inside it. */
  #walk(shape: AvroShape, name: string, isContainer: boolean): void {
    const wire = this.#wire
    if (shape.kind === 'record') for (const field of shape.fields) this.#walk(field.shape, field.name, isContainer)
    else if (shape.kind === 'union') this.#walk(wire.branchOf(shape), name, isContainer)
    else {
      const kind = variableFieldKind(shape, name, isContainer)
      let start = wire.offset
      let value = 0n
      if (kind === 'clock' || kind === 'pid') value = wire.long()
      else if (kind === 'container') {
        // The length in front of a string is not part of its characters.
        const length = Number(wire.long())
        start = wire.offset
        wire.offset += length
      } else wire.skip(shape)
      if (kind) this.#variableFields.push({ kind, start, end: wire.offset, value })
    }
  }
}

function variableFieldKind(shape: AvroShape, name: string, isContainer: boolean): VariableField['kind'] | undefined {
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

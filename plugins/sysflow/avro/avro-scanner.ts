// SPDX-License-Identifier: Apache-2.0
import type { PodPort, PodService } from '../entities/entities.js'
import { Interned } from '../entities/interned.js'
import type { AvroShape, ListShape } from './avro-shape.js'

/**
 * Reads the Avro values of a block that the generated decoder does not read inline.
 *
 * Reads never throw. A read of an invalid value sets `isBad` and returns an empty value; a read past the end leaves `position >
 * end`. The caller checks both when the record ends.
 */
export class AvroScanner {
  bytes: Buffer = Buffer.alloc(0)
  position = 0
  end = 0
  isBad = false
  /** Halves of the last `int64` read: signed 32 bits each. */
  high = 0
  low = 0

  #view: DataView = new DataView(new ArrayBuffer(0))
  #texts = NOT_INTERNED

  /**
   * Starts on a block. `view` covers the same memory as `bytes`; `texts` interns the texts that are read; nothing is read from
   * `end` on.
   */
  begin(bytes: Buffer, view = dataViewOf(bytes), texts = NOT_INTERNED, end = bytes.length): void {
    this.bytes = bytes
    this.#view = view
    this.#texts = texts
    this.end = end
    this.isBad = false
  }

  /** Reads any 64-bit zig-zag number into `high` and `low`. */
  int64(): void {
    const { bytes } = this
    let position = this.position
    // The three parts have 28 + 28 + 8 bits.
    let first = 0
    let second = 0
    let third = 0
    let byte = 0
    let shift = 0
    do {
      byte = bytes[position++] as number
      first |= (byte & 127) << shift
      shift += 7
    } while (byte > 127 && shift < 28)
    if (byte > 127) {
      shift = 0
      do {
        byte = bytes[position++] as number
        second |= (byte & 127) << shift
        shift += 7
      } while (byte > 127 && shift < 28)
      if (byte > 127) {
        byte = bytes[position++] as number
        third = byte & 127
        if (byte > 127) {
          byte = bytes[position++] as number
          third |= byte << 7
          if (byte > 1) this.isBad = true
        }
      }
    }
    this.position = position
    const low = first | (second << 28)
    const high = (second >>> 4) | (third << 24)
    const sign = -(low & 1)
    this.low = ((low >>> 1) | (high << 31)) ^ sign
    this.high = (high >>> 1) ^ sign
  }

  /** Reads an integer within ±2^53; others are rejected. */
  long(): number {
    this.int64()
    if (this.high < -0x200000 || this.high > 0x1fffff) this.isBad = true
    return this.high * 0x100000000 + (this.low >>> 0)
  }

  /** Reads a signed 32-bit integer; others are rejected. */
  int(): number {
    this.int64()
    if (this.high !== this.low >> 31) this.isBad = true
    return this.low
  }

  text(): string {
    const length = this.long()
    const start = this.position
    if (!(length >= 0 && length <= this.end - start)) {
      this.isBad = true
      return ''
    }
    this.position = start + length
    return length === 0 ? '' : this.#texts.of(this.bytes, this.#view, start, start + length, 0)
  }

  texts(): readonly string[] {
    const texts: string[] = []
    for (let count = this.#blockCount(); count > 0; count = this.#blockCount())
      for (; count > 0 && this.#canRead(); count--) texts.push(this.text())
    return texts.length === 0 ? NO_TEXTS : texts
  }

  /** Reads dotted IPv4 addresses, each from the low 32 bits of a number. */
  addresses(): readonly string[] {
    const addresses: string[] = []
    for (let count = this.#blockCount(); count > 0; count = this.#blockCount())
      for (; count > 0 && this.#canRead(); count--) {
        this.int64()
        addresses.push(`${this.low & 255}.${(this.low >>> 8) & 255}.${(this.low >>> 16) & 255}.${this.low >>> 24}`)
      }
    return addresses
  }

  textMap(): ReadonlyMap<string, string> {
    const map = new Map<string, string>()
    for (let count = this.#blockCount(); count > 0; count = this.#blockCount())
      for (; count > 0 && this.#canRead(); count--) {
        const key = this.text()
        map.set(key, this.text())
      }
    return map
  }

  services(shape: AvroShape): readonly PodService[] {
    return this.#records(shape, item => this.#service(item))
  }

  #service(fields: FieldReader): PodService {
    const service = { name: '', id: '', namespace: '', portList: [] as readonly PodPort[], clusterIps: [] as readonly string[] }
    fields((name, shape) => {
      switch (name) {
        case 'name':
        case 'id':
        case 'namespace':
          service[name] = this.text()
          return true
        case 'portList':
          service.portList = this.#records(shape, item => this.#port(item))
          return true
        case 'clusterIP':
          service.clusterIps = this.addresses()
          return true
        default:
          return false
      }
    })
    return service
  }

  #port(fields: FieldReader): PodPort {
    const port = { port: 0, targetPort: 0, nodePort: 0, proto: '' }
    fields(name => {
      switch (name) {
        case 'port':
        case 'targetPort':
        case 'nodePort':
          port[name] = this.int()
          return true
        case 'proto':
          port.proto = this.text()
          return true
        default:
          return false
      }
    })
    return port
  }

  /**
   * Reads an array of records. `read` gets a function that visits the fields of one record; fields that it does not read are
   * skipped.
   */
  #records<T>(list: AvroShape, read: (fields: FieldReader) => T): readonly T[] {
    const found: T[] = []
    const item = list.kind === 'array' ? list.items : list
    if (item.kind !== 'record') return found
    const fields: FieldReader = readKnownField => {
      for (const field of item.fields) {
        const shape = this.#branch(field.shape)
        if (shape.kind !== 'null' && !readKnownField(field.name, shape)) this.skip(shape)
      }
    }
    for (let count = this.#blockCount(); count > 0; count = this.#blockCount())
      for (; count > 0 && this.#canRead() && !item.isEmpty; count--) found.push(read(fields))
    return found
  }

  /** Skips a value of any type. */
  skip(shape: AvroShape, depth = 0): void {
    switch (shape.kind) {
      case 'null':
        return
      case 'boolean':
        this.position++
        return
      case 'int':
      case 'enum':
      case 'long':
        this.int64()
        return
      case 'float':
        this.position += 4
        return
      case 'double':
        this.position += 8
        return
      case 'fixed':
        this.position += shape.size
        return
      case 'bytes':
      case 'string':
        this.#skipBytes()
        return
      case 'array':
      case 'map':
        this.#skipList(shape, depth)
        return
      case 'union':
        this.skip(this.#branch(shape), depth)
        return
      case 'record':
        if (shape.isEmpty) return
        if (depth > MAX_DEPTH) this.isBad = true
        for (const field of shape.fields) if (this.#canRead()) this.skip(field.shape, depth + 1)
        return
      default:
        shape satisfies never
    }
  }

  /** Returns the shape of a field's value: for a union, the branch that the input names here, else the shape itself. */
  #branch(shape: AvroShape): AvroShape {
    if (shape.kind !== 'union') return shape
    const branch = shape.branches[this.int()]
    if (branch === undefined) this.isBad = true
    return branch ?? NULL_SHAPE
  }

  #skipList(shape: ListShape, depth: number): void {
    for (;;) {
      let count = this.long()
      if (count === 0 || !this.#canRead()) return
      if (count < 0) {
        this.#skipBytes()
        continue
      }
      if (shape.isEmptyItem) continue
      if (depth > MAX_DEPTH) this.isBad = true
      for (; count > 0 && this.#canRead(); count--) {
        if (shape.kind === 'map') this.#skipBytes()
        this.skip(shape.items, depth + 1)
      }
    }
  }

  #skipBytes(): void {
    const length = this.long()
    if (length >= 0 && length <= this.end - this.position) this.position += length
    else this.isBad = true
  }

  /** Number of items in the next part of an array or map; a negative count is followed by the part's length in bytes. */
  #blockCount(): number {
    if (!this.#canRead()) return 0
    const count = this.long()
    if (count >= 0) return count
    const size = this.long()
    if (!(size >= 0 && size <= this.end - this.position)) this.isBad = true
    return -count
  }

  #canRead(): boolean {
    return !this.isBad && this.position <= this.end
  }
}

const NOT_INTERNED = new Interned<string>(0, text => text)

/** A view of the same memory, to read it in words. */
export const dataViewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)

type FieldReader = (readKnownField: (name: string, shape: AvroShape) => boolean) => void

const NULL_SHAPE: AvroShape = { kind: 'null' }

const NO_TEXTS: readonly string[] = []
/** Maximum nesting of a recursive type; SysFlow data does not come near it. */
const MAX_DEPTH = 100

// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32, deflateRawSync } from 'node:zlib'
import snappy from 'snappyjs'
import { ALL_DISABLED, type DisabledOptimizations, NONE_DISABLED } from '../../../core/contract/host.js'
import type { Fault } from '../../../core/errors/fault.js'
import { type ByteReader, inMemoryReader } from '../../../core/input/byte-reader.js'
import { containerBlockBytes, containerHeaderBytes, SYNC } from '../testing/container-bytes.js'
import { MAX_BLOCK_BYTES } from './codecs.js'
import { ContainerReader } from './container-reader.js'

interface Outcome {
  /** Payloads as text, with their schema if it is not S. */
  readonly read: string[]
  readonly faults: Fault[]
  readonly thrown: Fault | undefined
  readonly reader: ContainerReader<string>
}

/** Reads an input twice, with and without decompression ahead; both must give the same result. */
async function read(source: Buffer | ByteReader): Promise<Outcome> {
  const outcome = await readOnce(source, NONE_DISABLED)
  if (!(source instanceof Uint8Array)) return outcome
  const other = await readOnce(source, ALL_DISABLED)
  const told = ({ read, faults, thrown }: Outcome): unknown => [
    read,
    faults.map(fault => [fault.where, fault.message]),
    thrown?.message,
  ]
  assert.deepEqual(told(other), told(outcome))
  return outcome
}

async function readOnce(source: Buffer | ByteReader, without: DisabledOptimizations): Promise<Outcome> {
  const faults: Fault[] = []
  const found: string[] = []
  const reader = new ContainerReader(
    source instanceof Uint8Array ? inMemoryReader('t', source) : source,
    text => text,
    fault => faults.push(fault),
    without,
  )
  try {
    for await (const { schema, bytes } of reader.blocks()) found.push(`${schema === 'S' ? '' : `${schema}:`}${bytes}`)
  } catch (error) {
    return { read: found, faults, thrown: error as Fault, reader }
  }
  return { read: found, faults, thrown: undefined, reader }
}

const plain = (text: string): Buffer => containerBlockBytes(text.length, Buffer.from(text))
const HEAD = containerHeaderBytes({ 'avro.schema': 'S' })
const DEFLATE_HEAD = containerHeaderBytes({ 'avro.schema': 'S', 'avro.codec': 'deflate' })
const SNAPPY_HEAD = containerHeaderBytes({ 'avro.schema': 'S', 'avro.codec': 'snappy' })
const places = (faults: readonly Fault[]): (string | undefined)[] => faults.map(fault => fault.where)

test('check 2: an absent codec, "null" and "deflate" are read', async () => {
  assert.deepEqual((await read(Buffer.concat([HEAD, plain('one'), plain('two')]))).read, ['one', 'two'])
  const named = containerHeaderBytes({ 'avro.schema': 'S', 'avro.codec': 'null' })
  assert.deepEqual((await read(Buffer.concat([named, plain('one')]))).read, ['one'])
  const blocks = ['small', 'x'.repeat(500_000), ''].map(text =>
    containerBlockBytes(text.length, deflateRawSync(text, { level: text ? 6 : 0 })),
  )
  const outcome = await read(Buffer.concat([DEFLATE_HEAD, ...blocks]))
  assert.deepEqual(outcome.read, ['small', 'x'.repeat(500_000), ''])
  assert.deepEqual(outcome.faults, [])
})

test('snappy blocks are read, and their checksum is compared with the decompressed bytes', async () => {
  const pack = (text: string, sum = crc32(text)): Buffer => {
    const tail = Buffer.alloc(4)
    tail.writeUInt32BE(sum)
    return containerBlockBytes(1, Buffer.concat([Buffer.from(snappy.compress(Buffer.from(text))), tail]))
  }
  const outcome = await read(Buffer.concat([SNAPPY_HEAD, pack('first '.repeat(1000)), pack('bad', 1), pack('last')]))
  assert.deepEqual(outcome.read, ['first '.repeat(1000), 'last'])
  assert.match(outcome.faults[0]?.message ?? '', /wrong checksum/)
})

test('check 3: further metadata is ignored', async () => {
  const head = containerHeaderBytes({ 'some.key': 'value', 'avro.schema': 'S', other: '\x00\xff' })
  assert.deepEqual((await read(Buffer.concat([head, plain('x')]))).read, ['x'])
})

test('blocks are in order, however long each takes to decompress', async () => {
  const texts = Array.from({ length: 60 }, (_, n) => String(n).repeat(n % 7 === 0 ? 200_000 : 2000 + n))
  const outcome = await read(Buffer.concat([DEFLATE_HEAD, ...texts.map(text => containerBlockBytes(1, deflateRawSync(text)))]))
  assert.deepEqual(outcome.read, texts)
})

test('an input that gives one byte at a time is read correctly', async () => {
  const whole = inMemoryReader('t', Buffer.concat([HEAD, plain('one'), Buffer.from('rubbish'), SYNC, plain('two')]))
  const slow: ByteReader = {
    name: 't',
    size: undefined,
    read: (into, offset, _length, position) => whole.read(into, offset, 1, position),
  }
  assert.deepEqual((await read(slow)).read, ['one', 'two'])
})

for (const [name, bytes, code, message] of [
  ['an empty file', Buffer.alloc(0), 'SFP_SYSFLOW_EMPTY', /empty/],
  [
    'check 1: a file that does not begin with "Obj" and 1',
    Buffer.from('{"not": "avro"}'),
    'SFP_SYSFLOW_NOT_AVRO',
    /does not start/,
  ],
  ['a file of two bytes', Buffer.from('Ob'), 'SFP_SYSFLOW_NOT_AVRO', /does not start/],
  ['a truncated header', HEAD.subarray(0, 20), 'SFP_SYSFLOW_NOT_AVRO', /damaged or incomplete/],
  ['a header without a schema', containerHeaderBytes({ 'avro.codec': 'null' }), 'SFP_SYSFLOW_NOT_AVRO', /no schema/],
  [
    'an unknown codec',
    containerHeaderBytes({ 'avro.schema': 'S', 'avro.codec': 'zstandard' }),
    'SFP_SYSFLOW_CODEC',
    /unknown codec "zstandard"/,
  ],
  [
    'a header that claims 2 GB',
    Buffer.concat([Buffer.from('Obj\x01\x02'), Buffer.from([254, 255, 255, 255, 15])]),
    'SFP_SYSFLOW_NOT_AVRO',
    /damaged/,
  ],
] as const)
  test(`${name}: one clear error`, async () => {
    const { thrown, read: found } = await read(bytes)
    assert.equal(thrown?.code, code)
    assert.match(thrown?.message ?? '', message)
    assert.deepEqual(found, [])
  })

for (const [name, damaged] of [
  ['a block that claims 2 GB', containerBlockBytes(1, Buffer.from('lost'), 2 ** 31)],
  ['a block that claims 60 MB', containerBlockBytes(1, Buffer.from('lost'), 60_000_000)],
  ['a block that claims a negative length', containerBlockBytes(1, Buffer.from('lost'), -4)],
  ['a block that claims a negative count', containerBlockBytes(-1, Buffer.from('lost'))],
  ['a block that claims 2^62 records', containerBlockBytes(2n ** 62n, Buffer.from('lost'))],
  ['a block that claims a length of 2^63 - 1', containerBlockBytes(1, Buffer.from('lost'), 2n ** 63n - 1n)],
  ['an endless count', Buffer.concat([Buffer.alloc(40, 255), SYNC])],
  ['a block that claims more records than bytes', containerBlockBytes(5, Buffer.from('lost'))],
  ['a length that is too small by one', containerBlockBytes(1, Buffer.from('lost'), 3)],
  ['a length that is too large by one', containerBlockBytes(1, Buffer.from('lost'), 5)],
  ['bytes that are not a block', Buffer.concat([Buffer.from('rubbish '.repeat(40_000)), SYNC])],
] as const)
  test(`${name} affects only itself: reading continues after the next sync marker`, async () => {
    const start = Buffer.concat([HEAD, plain('before')])
    const outcome = await read(Buffer.concat([start, damaged, plain('after'), plain('last')]))
    assert.deepEqual(outcome.read, ['before', 'after', 'last'])
    assert.deepEqual(places(outcome.faults), [`t, byte ${start.length}`])
    assert.equal(outcome.faults[0]?.code, 'SFP_SYSFLOW_DAMAGED')
    assert.deepEqual([outcome.reader.damagedBlocks, outcome.reader.skippedBytes], [1, damaged.length])
  })

test('only a block that does not inflate is lost, and the number of its records is reported', async () => {
  const lost: number[] = []
  const bytes = Buffer.concat([
    DEFLATE_HEAD,
    containerBlockBytes(3, deflateRawSync('abc')),
    containerBlockBytes(7, Buffer.alloc(5000, 255)),
    containerBlockBytes(1, deflateRawSync('z')),
  ])
  const reader = new ContainerReader(
    inMemoryReader('t', bytes),
    text => text,
    (_, records) => lost.push(records),
  )
  const found: string[] = []
  for await (const { bytes: payload } of reader.blocks()) found.push(String(payload))
  assert.deepEqual(found, ['abc', 'z'])
  assert.deepEqual(lost, [7])
})

test('a block that inflates beyond the limit is a counted error', async () => {
  const bomb = deflateRawSync(Buffer.alloc(MAX_BLOCK_BYTES + 1), { level: 9 })
  const outcome = await read(
    Buffer.concat([DEFLATE_HEAD, containerBlockBytes(1, bomb), containerBlockBytes(1, deflateRawSync('after'))]),
  )
  assert.deepEqual(outcome.read, ['after'])
  assert.match(outcome.faults[0]?.message ?? '', /decompresses to more than/)
})

test('a damaged sync marker loses no records, because the next block is valid', async () => {
  const wrong = Buffer.from('0123456789abcdeX')
  const middle = Buffer.concat([HEAD, containerBlockBytes(1, Buffer.from('one'), 3, wrong), plain('two')])
  const outcome = await read(middle)
  assert.deepEqual(outcome.read, ['one', 'two'])
  assert.equal(outcome.faults.length, 1)
  const atEnd = await read(Buffer.concat([HEAD, plain('one'), containerBlockBytes(1, Buffer.from('two'), 3, wrong)]))
  assert.deepEqual(atEnd.read, ['one', 'two'])
  assert.equal(atEnd.faults.length, 1)
})

test('a file that is cut within a block gives all earlier blocks and one error', async () => {
  const bytes = Buffer.concat([HEAD, plain('one'), plain('two, and it is long')])
  for (let length = HEAD.length + plain('one').length + 1; length < bytes.length; length++) {
    const outcome = await read(bytes.subarray(0, length))
    assert.deepEqual(outcome.read, ['one'], `cut at ${length}`)
    assert.deepEqual(
      outcome.faults.map(fault => fault.code),
      ['SFP_SYSFLOW_CUT'],
    )
  }
})

test('a second container after the first is read with its own header', async () => {
  const other = Buffer.from('another marker!!')
  const second = Buffer.concat([
    containerHeaderBytes({ 'avro.schema': 'T', 'avro.codec': 'deflate' }, other),
    containerBlockBytes(1, deflateRawSync('two'), undefined, other),
  ])
  assert.deepEqual((await read(Buffer.concat([HEAD, plain('one'), second]))).read, ['one', 'T:two'])
})

test('a second container is found even if the first one is cut', async () => {
  const second = Buffer.concat([
    containerHeaderBytes({ 'avro.schema': 'T' }, Buffer.from('another marker!!')),
    containerBlockBytes(1, Buffer.from('two'), 3, Buffer.from('another marker!!')),
  ])
  const outcome = await read(Buffer.concat([HEAD, plain('one'), plain('a long block').subarray(0, 9), second]))
  assert.deepEqual(outcome.read, ['one', 'T:two'])
  assert.equal(outcome.faults.length, 1)
})

test('headers that cannot be read in the middle of a file are skipped', async () => {
  const bad = containerHeaderBytes({ 'avro.schema': 'S', 'avro.codec': 'unknown' })
  const outcome = await read(Buffer.concat([HEAD, plain('one'), bad, plain('two')]))
  assert.deepEqual(outcome.read, ['one', 'two'])
  assert.match(outcome.faults[0]?.message ?? '', /codec "unknown"/)
})

test('an input that fails gives all earlier data, then its error', async () => {
  const bytes = Buffer.concat([HEAD, plain('one'), plain('two')])
  const whole = inMemoryReader('t', bytes)
  const failing: ByteReader = {
    name: 't',
    size: undefined,
    read: (into, offset, _length, position) =>
      position < bytes.length - 5
        ? whole.read(into, offset, bytes.length - 5 - position, position)
        : Promise.reject(new Error('EIO')),
  }
  const outcome = await read(failing)
  assert.deepEqual(outcome.read, ['one'])
  assert.equal(outcome.thrown?.message, 'EIO')
})

test('random bytes after a header never throw, and the search for the next block ends', async () => {
  for (let seed = 0; seed < 200; seed++) {
    const noise = Buffer.from(Array.from({ length: 400 }, (_, n) => (Math.imul(n + 1, seed * 2654435761 + 40503) >>> 13) & 255))
    const outcome = await read(Buffer.concat([HEAD, noise, MAGICS, SYNC, plain('after')]))
    assert.equal(outcome.thrown, undefined)
    assert.equal(outcome.read.at(-1), 'after')
  }
})

/** Byte sequences that look like headers but are not. */
const MAGICS = Buffer.from('Obj\x01'.repeat(300), 'latin1')

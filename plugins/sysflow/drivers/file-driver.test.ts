// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type Host, NONE_DISABLED, silentLogger } from '../../../core/contract/host.js'
import { Fault, Faults } from '../../../core/errors/fault.js'
import type { TraceRecord } from '../avro/trace-record.js'
import { writeTrace } from '../avro/trace-writer.js'
import { SysFlowBlock } from '../reader/sysflow-block.js'
import { FileDriver, fileDriver } from './file-driver.js'

const folder = mkdtempSync(join(tmpdir(), 'traces-'))
after(() => rmSync(folder, { recursive: true }))

const event = (ts: bigint): TraceRecord => ({
  branch: 'PE', record: { procOID: { createTS: 0n, hpid: 1 }, ts, tid: 1, opFlags: 4, args: [], ret: 0 },
}) // biome-ignore format: short
const traceOf = (records: number, blockSize?: number): Buffer =>
  writeTrace(
    Array.from({ length: records }, (_, n) => event(BigInt(n))),
    blockSize === undefined ? {} : { blockSize },
  )

interface Read {
  /** File name and records of each block. */
  readonly blocks: [string, number][]
  readonly faults: Fault[]
  readonly driver: FileDriver
}

async function read(paths: readonly string[], stopAfter = Number.POSITIVE_INFINITY): Promise<Read> {
  const faults: Fault[] = []
  const blocks: [string, number][] = []
  const stop = new AbortController()
  const host: Host = {
    log: silentLogger, stage: 'file', directory: '.', inputType: undefined, outputType: 'sysflowchan', disabledOptimizations: NONE_DISABLED, records: () => [],
    reportFault: (fault, lostData) => {
      assert.ok(fault instanceof Fault && lostData)
      faults.push(fault)
    },
  } // biome-ignore format: short
  const driver = new FileDriver(paths, host)
  await driver.open()
  const send = async (batch: unknown): Promise<void> => {
    assert.ok(batch instanceof SysFlowBlock)
    blocks.push([batch.origin.slice(batch.origin.lastIndexOf('/') + 1).replace(/,.*/, ''), batch.length])
    if (blocks.length >= stopAfter) stop.abort()
    batch.release()
  }
  await driver.run({ send, close() {} }, stop.signal, new AbortController().signal)
  assert.equal(driver.ledger.difference, 0)
  return { blocks, faults, driver }
}

function place(name: string, files: Readonly<Record<string, Buffer | string>>): string {
  const path = join(folder, name)
  mkdirSync(path)
  for (const [file, bytes] of Object.entries(files)) writeFileSync(join(path, file), bytes)
  return path
}

test('check 14: a folder is read in natural order; subfolders, sockets and dangling links are skipped', async () => {
  const path = place('order', { 'trace.10': traceOf(10), 'trace.9': traceOf(9), 'trace.1': traceOf(1), another: traceOf(2) })
  mkdirSync(join(path, 'trace.5'))
  symlinkSync(join(path, 'nowhere'), join(path, 'trace.6'))
  symlinkSync(join(path, 'trace.9'), join(path, 'trace.11'))
  const server = createServer().listen(join(path, 'trace.7'))
  await new Promise(resolve => server.once('listening', resolve))
  const { blocks, faults } = await read([path])
  server.close()
  assert.deepEqual(blocks, [
    ['another', 2],
    ['trace.1', 1],
    ['trace.9', 9],
    ['trace.10', 10],
    ['trace.11', 9],
  ])
  assert.deepEqual(faults, [])
})

test('several paths, files and folders, are read one after the other as named', async () => {
  const path = place('several', { b: traceOf(1), a: traceOf(2) })
  const { blocks, driver } = await read([join(path, 'b'), path, join(path, 'b')])
  assert.deepEqual(blocks, [
    ['b', 1],
    ['a', 2],
    ['b', 1],
    ['b', 1],
  ])
  assert.equal(driver.ledger.in, 5)
  assert.equal(driver.ledger.out, 5)
})

test('check 13: of a damaged file everything else is read, the fault names file and place, and the next file is read', async () => {
  const bytes = traceOf(4000, 8 * 1024)
  const marker = bytes.subarray(-16)
  const lastBlock = bytes.lastIndexOf(marker, -17) + 16
  bytes.fill(255, lastBlock, lastBlock + 8)
  const before = (await read([place('whole', { '1.sf': traceOf(4000, 8 * 1024) })])).blocks.length
  const path = place('damaged', { '1.sf': bytes, '2.sf': traceOf(3) })
  const { blocks, faults, driver } = await read([path])
  assert.deepEqual(blocks.at(-1), ['2.sf', 3])
  assert.equal(blocks.filter(([file]) => file === '1.sf').length, before - 1)
  assert.equal(faults.length, 1)
  assert.match(faults[0]?.where ?? '', /damaged\/1\.sf, byte \d+$/)
  assert.equal(driver.report().damagedBlocks, 1)
})

test('check 13: of a file that is cut the blocks before are read, then the next file', async () => {
  const path = place('cut', { '1.sf': traceOf(4000, 8 * 1024), '2.sf': traceOf(3) })
  truncateSync(join(path, '1.sf'), 12_000)
  const { blocks, faults } = await read([path])
  assert.equal(blocks[0]?.[0], '1.sf')
  assert.deepEqual(blocks.at(-1), ['2.sf', 3])
  assert.deepEqual(
    faults.map(fault => fault.code),
    ['SFP_SYSFLOW_CUT'],
  )
})

test('check 1: files that are no traces are one fault each, and the others are read', async () => {
  const path = place('mixed', { '1': '', '2': 'not avro', '3': traceOf(1).subarray(0, 100), '4': traceOf(1), '5': '{"a":1}' })
  const { blocks, faults, driver } = await read([path])
  assert.deepEqual(blocks, [['4', 1]])
  assert.deepEqual(
    faults.map(fault => [fault.code, fault.where]),
    [
      ['SFP_SYSFLOW_EMPTY', join(path, '1')],
      ['SFP_SYSFLOW_NOT_AVRO', join(path, '2')],
      ['SFP_SYSFLOW_NOT_AVRO', join(path, '3')],
      ['SFP_SYSFLOW_NOT_AVRO', join(path, '5')],
    ],
  )
  const { done, total } = driver.progress()
  assert.equal(done, total)
})

test('paths of which none can be read stop the start, all told together', async () => {
  const path = place('refused', {})
  const missing = join(path, 'missing')
  await assert.rejects(read([missing, path, '/dev/null', join(folder, 'refused', 'x', 'y')]), (error: unknown) => {
    assert.ok(error instanceof Faults)
    assert.deepEqual(
      error.faults.map(fault => fault.code),
      ['SFP_INPUT_PATH', 'SFP_INPUT_NO_FILES', 'SFP_INPUT_PATH_KIND', 'SFP_INPUT_PATH'],
    )
    assert.match(error.faults[0]?.message ?? '', /missing": no such file or directory$/)
    return true
  })
  await assert.rejects(read([]), (error: unknown) => error instanceof Fault && error.code === 'SFP_INPUT_NO_PATH')
})

test('of several paths those that cannot be read are faults, and the others are read', async () => {
  const path = place('partly', { '1.sf': traceOf(2) })
  const { blocks, faults } = await read([join(path, 'missing'), path, '/dev/null'])
  assert.deepEqual(blocks, [['1.sf', 2]])
  assert.deepEqual(
    faults.map(fault => fault.code),
    ['SFP_INPUT_PATH', 'SFP_INPUT_PATH_KIND'],
  )
})

test('a stop ends the reading after the block in hand', async () => {
  const path = place('stopped', { '1.sf': traceOf(4000, 8 * 1024), '2.sf': traceOf(3) })
  const { blocks, driver } = await read([path], 2)
  assert.equal(blocks.length, 2)
  const { done, total } = driver.progress()
  assert.ok(done < total)
})

test('an abort rejects at once', async () => {
  const path = place('aborted', { '1.sf': traceOf(10) })
  const driver = fileDriver.create({}, [path], {
    log: silentLogger, stage: 'file', directory: '.', inputType: undefined, outputType: 'sysflowchan', disabledOptimizations: NONE_DISABLED, records: () => [], reportFault: () => {},
  }) // biome-ignore format: short
  await driver.open?.()
  const send = (): Promise<void> => Promise.reject(new Error('aborted'))
  await assert.rejects(driver.run({ send, close() {} }, new AbortController().signal, AbortSignal.abort()), /abort/)
})

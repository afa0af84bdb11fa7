// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { type Host, NONE_DISABLED, silentLogger } from '../../../core/contract/host.js'
import { Fault } from '../../../core/errors/fault.js'
import { inMemoryReader } from '../../../core/input/byte-reader.js'
import { ContainerReader } from '../avro/container-reader.js'
import { writeTrace } from '../avro/trace-writer.js'
import { SysFlowBlock } from '../reader/sysflow-block.js'
import { type FileDriver, fileDriver } from './file-driver.js'

const root = mkdtempSync(join(tmpdir(), 'follow-'))
after(() => rmSync(root, { recursive: true }))
let folders = 0
const folder = (): string => {
  const path = join(root, String(folders++))
  mkdirSync(path)
  return path
}

/** A trace of blocks with one event each. The first thread id identifies the trace, the clock identifies the event. */
const trace = (tid: number, events: number): Buffer =>
  writeTrace(
    Array.from({ length: events }, (_, n) => ({
      branch: 'PE' as const,
      record: { procOID: { createTS: 0n, hpid: tid }, ts: BigInt(n), tid, opFlags: 4, args: [], ret: 0 },
    })),
    { blockSize: 1 },
  )

/** Offsets after each block of a trace. */
async function endsOf(bytes: Buffer): Promise<number[]> {
  const reader = new ContainerReader(
    inMemoryReader('t', bytes),
    text => text,
    fault => assert.fail(fault.message),
  )
  const ends: number[] = []
  for await (const { end } of reader.blocks()) ends.push(end)
  return ends
}

interface Followed {
  readonly blocks: SysFlowBlock[]
  readonly faults: Fault[]
  readonly driver: FileDriver
  /** Resolves when this many blocks have been received. */
  come(count: number): Promise<void>
  /** Stops reading, and closes the driver when it has ended. */
  end(): Promise<void>
}

async function follow(
  paths: readonly string[],
  options: object = {},
  isReleased: (index: number) => boolean = () => true,
): Promise<Followed> {
  const [blocks, faults]: [SysFlowBlock[], Fault[]] = [[], []]
  const stop = new AbortController()
  let wake = (): void => {}
  const host: Host = {
    log: silentLogger, stage: 'file', directory: root, inputType: undefined, outputType: 'sysflowchan', disabledOptimizations: NONE_DISABLED, records: () => [],
    reportFault: fault => {
      assert.ok(fault instanceof Fault)
      faults.push(fault)
      wake()
    },
  } // biome-ignore format: short
  const driver = fileDriver.create(
    { follow: true, 'follow.every': 10, 'follow.settled': 30, ...options },
    paths,
    host,
  ) as FileDriver
  await driver.open()
  const send = async (batch: unknown): Promise<void> => {
    assert.ok(batch instanceof SysFlowBlock)
    blocks.push(batch)
    if (isReleased(blocks.length - 1)) batch.release()
    wake()
  }
  const running = driver.run({ send, close() {} }, stop.signal, new AbortController().signal)
  return {
    blocks,
    faults,
    driver,
    async come(count) {
      while (blocks.length < count)
        await new Promise<void>(resolve => {
          wake = resolve
        })
    },
    async end() {
      stop.abort()
      await running
      await driver.close()
      assert.equal(driver.ledger.difference, 0)
    },
  }
}

const fresh = (blocks: readonly SysFlowBlock[]): SysFlowBlock[] => blocks.filter(({ metadata }) => !metadata.isAlreadySent)

test('a growing trace is read as it grows; half a block is no damage, and each burst is passed on at once', async () => {
  const path = join(folder(), 'a.sf')
  const bytes = trace(1, 5)
  const ends = await endsOf(bytes)
  writeFileSync(path, bytes.subarray(0, (ends[1] ?? 0) + 3))
  const reading = await follow([path])
  await reading.come(2)
  assert.equal(reading.blocks[1]?.metadata.needsFlush, true)
  appendFileSync(path, bytes.subarray((ends[1] ?? 0) + 3, ends[3]))
  await reading.come(4)
  assert.equal(reading.blocks[3]?.metadata.needsFlush, true)
  appendFileSync(path, bytes.subarray(ends[3], -2))
  await reading.end()
  assert.deepEqual([reading.blocks.length, reading.faults], [4, []])
})

test('the driver waits for the rest of a header that arrives in pieces', async () => {
  const path = join(folder(), 'a.sf')
  const bytes = trace(1, 1)
  writeFileSync(path, bytes.subarray(0, 2))
  const reading = await follow([path])
  for (let at = 2; at < bytes.length; at += 600) appendFileSync(path, bytes.subarray(at, at + 600))
  await reading.come(1)
  await reading.end()
  assert.deepEqual(reading.faults, [])
})

test('new files in a folder are read in turn, and a renamed file is not read again', async () => {
  const path = folder()
  writeFileSync(join(path, 'trace'), trace(1, 3))
  const reading = await follow([path])
  await reading.come(3)
  renameSync(join(path, 'trace'), join(path, 'trace.1'))
  writeFileSync(join(path, 'trace'), trace(2, 2))
  await reading.come(5)
  renameSync(join(path, 'trace'), join(path, 'trace.2'))
  writeFileSync(join(path, 'trace'), trace(3, 1))
  await reading.come(6)
  await reading.end()
  assert.deepEqual([reading.blocks.length, reading.faults], [6, []])
  assert.equal(new Set(reading.blocks.map(({ trace: one }) => one)).size, 3)
})

test('the input need not exist at the start', async () => {
  const path = join(root, 'later')
  const reading = await follow([path])
  mkdirSync(path)
  writeFileSync(join(path, 'a.sf'), trace(1, 1))
  await reading.come(1)
  await reading.end()
})

test('a file that grows after a later one was started is read further: its entities are known, its events arrive once', async () => {
  const path = folder()
  const bytes = trace(1, 4)
  const ends = await endsOf(bytes)
  writeFileSync(join(path, 'a'), bytes.subarray(0, (ends[1] ?? 0) + 5))
  writeFileSync(join(path, 'b'), trace(2, 1))
  const reading = await follow([path])
  await reading.come(3)
  // An incomplete block at the end of a file that is no longer written is damage.
  assert.deepEqual(
    reading.faults.map(({ code }) => code),
    ['SFP_SYSFLOW_CUT'],
  )
  appendFileSync(join(path, 'a'), bytes.subarray((ends[1] ?? 0) + 5))
  await reading.come(7)
  await reading.end()
  const after = reading.blocks.slice(3)
  assert.deepEqual(
    after.map(({ metadata }) => metadata.isAlreadySent === true),
    [true, true, false, false],
  )
})

test('a file that becomes shorter is a new trace', async () => {
  const path = join(folder(), 'a.sf')
  writeFileSync(path, trace(1, 5))
  const reading = await follow([path])
  await reading.come(5)
  truncateSync(path, 0)
  writeFileSync(path, trace(2, 1))
  await reading.come(6)
  await reading.end()
  assert.deepEqual(
    reading.faults.map(({ code, level }) => [code, level]),
    [['SFP_FOLLOW_SHRUNK', 'warning']],
  )
  assert.equal(reading.blocks[5]?.metadata.isAlreadySent, undefined)
})

test('a file that is not a trace is reported once, not at every poll, and does not block others', async () => {
  const path = folder()
  writeFileSync(join(path, 'a'), 'no trace at all')
  const reading = await follow([path])
  while (reading.faults.length === 0) await new Promise(resolve => setTimeout(resolve, 5))
  writeFileSync(join(path, 'b'), trace(1, 1))
  await reading.come(1)
  await reading.end()
  assert.deepEqual(
    reading.faults.map(({ code }) => code),
    ['SFP_SYSFLOW_NOT_AVRO'],
  )
})

test('a restart continues after the last acknowledged position, for any order of acknowledgements', async () => {
  const bytes = trace(1, 6)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), fc.boolean(), async (acknowledged, follows) => {
      const path = folder()
      writeFileSync(join(path, 'a.sf'), bytes)
      const options = { checkpoint: `${path}.checkpoint`, follow: follows }
      const first = await follow([path], options, index => acknowledged[index] === true)
      await first.come(6)
      await first.end()
      const prefix = acknowledged.includes(false) ? acknowledged.indexOf(false) : 6
      const second = await follow([path], options)
      if (prefix < 6) await second.come(6)
      await second.end()
      assert.equal(fresh(second.blocks).length, 6 - prefix)
      assert.ok(second.blocks.slice(0, prefix).every(({ metadata }) => metadata.isAlreadySent))
      const third = await follow([path], options)
      await third.end()
      assert.equal(fresh(third.blocks).length, 0)
      assert.deepEqual([first.faults, second.faults, third.faults], [[], [], []])
    }),
    { numRuns: 20 },
  )
})

test('batches released by an abort do not count as delivered', async () => {
  const path = folder()
  writeFileSync(join(path, 'a.sf'), trace(1, 3))
  const checkpoint = `${path}.checkpoint`
  const abort = new AbortController()
  const host: Host = {
    log: silentLogger, stage: 'file', directory: root, inputType: undefined, outputType: 'sysflowchan', disabledOptimizations: NONE_DISABLED, records: () => [], reportFault() {},
  } // biome-ignore format: short
  const driver = fileDriver.create({ checkpoint }, [path], host)
  await driver.open?.()
  const held: SysFlowBlock[] = []
  const send = async (batch: unknown): Promise<void> => {
    held.push(batch as SysFlowBlock)
  }
  await driver.run({ send, close() {} }, new AbortController().signal, abort.signal)
  held[0]?.release()
  abort.abort()
  for (const block of held.slice(1)) block.release()
  await driver.close?.()
  const [end] = await endsOf(trace(1, 3))
  assert.equal(JSON.parse(readFileSync(checkpoint, 'utf8')).files[0].offset, end)
})

test('another file in place of a known one is read from its beginning', async () => {
  const path = join(folder(), 'a.sf')
  const checkpoint = `${path}.checkpoint`
  writeFileSync(path, trace(1, 2))
  const first = await follow([path], { checkpoint, follow: false })
  await first.end()
  // The same inode with another trace.
  writeFileSync(path, trace(2, 3))
  const second = await follow([path], { checkpoint, follow: false })
  await second.come(3)
  await second.end()
  assert.equal(fresh(second.blocks).length, 3)
})

test('an invalid checkpoint stops the start, and a checkpoint that cannot be written is reported', async () => {
  const path = folder()
  writeFileSync(join(path, 'a.sf'), trace(1, 1))
  for (const text of ['', '{', '[]', '{"version":2,"files":[]}', '{"version":1,"files":[{"id":1}]}']) {
    writeFileSync(`${path}.checkpoint`, text)
    await assert.rejects(follow([path], { checkpoint: `${path}.checkpoint` }), { code: 'SFP_FOLLOW_CHECKPOINT_READ' })
  }
  const reading = await follow([path], { checkpoint: join(path, 'missing', 'checkpoint'), follow: false })
  await reading.end()
  assert.deepEqual([reading.blocks.length, reading.faults[0]?.code], [1, 'SFP_FOLLOW_CHECKPOINT_WRITE'])
})

const HOUR = 3_600_000

test('a file system event is handled at once, for any polling interval', { timeout: 20_000 }, async () => {
  const path = folder()
  const bytes = trace(1, 2)
  const [first = 0] = await endsOf(bytes)
  const reading = await follow([path], { 'follow.every': HOUR })
  writeFileSync(join(path, 'a.sf'), bytes.subarray(0, first))
  await reading.come(1)
  appendFileSync(join(path, 'a.sf'), bytes.subarray(first))
  await reading.come(2)
  writeFileSync(join(path, 'b.sf'), trace(2, 3))
  await reading.come(5)
  await reading.end()
  assert.deepEqual(reading.faults, [])
})

test('a single followed file is read at once when it grows, and so is its replacement', {
  timeout: 20_000,
}, async () => {
  const path = join(folder(), 'a.sf')
  writeFileSync(path, trace(1, 1))
  const reading = await follow([path], { 'follow.every': HOUR })
  await reading.come(1)
  renameSync(path, `${path}.1`)
  writeFileSync(`${path}.part`, trace(2, 2))
  renameSync(`${path}.part`, path)
  await reading.come(3)
  await reading.end()
})

test('files that arrive in quick succession are each read once', { timeout: 30_000 }, async () => {
  const path = folder()
  const reading = await follow([path], { 'follow.every': HOUR, 'follow.settled': 0 })
  for (let file = 0; file < 60; file++) {
    writeFileSync(join(path, `.${file}`), '')
    rmSync(join(path, `.${file}`))
    const part = join(root, `part-${file}`)
    writeFileSync(part, trace(file, 1))
    renameSync(part, join(path, `${file}.sf`))
    if (file % 7 === 0) await new Promise(resolve => setTimeout(resolve, 15))
  }
  await reading.come(60)
  await new Promise(resolve => setTimeout(resolve, 100))
  assert.equal(reading.blocks.length, 60)
  await reading.end()
  assert.deepEqual(reading.faults, [])
})

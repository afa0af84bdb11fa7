// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Batch } from '../../../core/contract/batch.js'
import { Ledger } from '../../../core/contract/ledger.js'
import { NEVER_ABORTED } from '../../../core/contract/stage.js'
import type { Fault } from '../../../core/errors/fault.js'
import { SeededRandom } from '../../../core/policy/testing/random-policy.js'
import { writeTrace } from '../avro/trace-writer.js'
import { SysFlowBlock } from '../reader/sysflow-block.js'
import { SysFlowInput } from '../reader/sysflow-input.js'
import { appendixATrace } from '../testing/appendix-a-trace.js'
import { faultCollectingHost } from '../testing/flatten-trace.js'
import { FileDriver } from './file-driver.js'

const folder = mkdtempSync(join(tmpdir(), 'file-and-input-'))
after(() => rmSync(folder, { recursive: true }))

/** All observable results of reading one trace. */
class Seen {
  readonly faults: Error[] = []
  readonly blocks: string[] = []

  async send(batch: Batch): Promise<void> {
    assert.ok(batch instanceof SysFlowBlock)
    this.blocks.push(`${batch.origin} ${batch.length} ${batch.bytes.toString('base64')}`)
    batch.release()
  }

  close(): void {}

  with(ledger: Ledger): unknown {
    const told = (this.faults as Fault[]).map(({ code, message, where }) => `${where} ${code} ${message}`)
    return { blocks: this.blocks, told, taken: ledger.in, passed: ledger.out, dropped: [...ledger.dropped] }
  }
}

async function byDriver(path: string): Promise<unknown> {
  const seen = new Seen()
  const driver = new FileDriver([path], faultCollectingHost(seen.faults))
  await driver.open()
  await driver.run(seen, NEVER_ABORTED, NEVER_ABORTED)
  return seen.with(driver.ledger)
}

async function byInput(path: string, pieces: Iterable<Uint8Array> | Uint8Array): Promise<unknown> {
  const seen = new Seen()
  const ledger = new Ledger()
  await new SysFlowInput(seen, { ledger, host: faultCollectingHost(seen.faults) }).trace(path, pieces, { stop: NEVER_ABORTED })
  return seen.with(ledger)
}

function* cut(bytes: Buffer, dice: SeededRandom): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + dice.below(700)
    yield bytes.subarray(at, at + size)
    at += size
  }
}

test('for a damaged trace, the input of a driver gives the same blocks, errors and record counts as the file driver', async () => {
  const dice = new SeededRandom(7)
  const whole = writeTrace([...appendixATrace(), ...appendixATrace()], { blockSize: 150, codec: 'null' })
  for (let round = 0; round < 200; round++) {
    const bytes = Buffer.from(whole)
    for (let spoilt = dice.below(4); spoilt > 0; spoilt--) bytes[dice.below(bytes.length)] = dice.below(256)
    const path = join(folder, `${round}.sf`)
    writeFileSync(path, bytes)
    const expected = await byDriver(path)
    assert.deepEqual(await byInput(path, bytes), expected, `round ${round}, whole`)
  }
})

test('a whole trace in pieces of unknown length gives the same blocks', async () => {
  const dice = new SeededRandom(8)
  const whole = writeTrace(appendixATrace(), { blockSize: 150 })
  const path = join(folder, 'whole.sf')
  writeFileSync(path, whole)
  const expected = await byDriver(path)
  for (let round = 0; round < 50; round++) assert.deepEqual(await byInput(path, cut(whole, dice)), expected, `round ${round}`)
})

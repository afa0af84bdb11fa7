// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Channel } from '../../core/channel/channel.js'
import { Ledger } from '../../core/contract/ledger.js'
import type { Receiver, Sender, Stage } from '../../core/contract/stage.js'
import type { Fault } from '../../core/errors/fault.js'
import { NumberBatch } from '../testing/number-driver.js'
import { PassStage, passPlugin } from '../testing/number-plugins.js'
import { RestartingStage } from './restarting-stage.js'

const { signal } = new AbortController()
const UNUSED: Sender<NumberBatch> = { send: async () => {}, close() {} }

function restarting(create: () => Stage, { isInputShared = false, hasOutputs = false } = {}) {
  const faults: Fault[] = []
  const plan = { name: 'mine', plugin: passPlugin(create), isExternal: true }
  const stage = new RestartingStage({ plan, create, reportFault: fault => faults.push(fault), isInputShared, hasOutputs })
  const channel = new Channel<NumberBatch>('a', 'numberchan', signal)
  const sender = channel.sender()
  const ended = stage.run(channel.receiver(), UNUSED, signal)
  return { stage, sender, ended, faults }
}

test('a batch that a run was waiting for when it threw goes to the next instance', async () => {
  const seen: number[] = []
  let lives = 0
  const create = (): Stage => {
    const isFirst = lives++ === 0
    const ledger = new Ledger()
    const run = async (input: Receiver<NumberBatch>): Promise<void> => {
      const reader = input[Symbol.asyncIterator]()
      const first = reader.next()
      if (isFirst) throw new Error('out of order')
      const { value } = await first
      ledger.in += value.length
      ledger.out += value.length
      seen.push(...value.values)
      value.release()
      assert.equal((await reader.next()).done, true)
    }
    return { ledger, run: run as Stage['run'] }
  }
  const { stage, sender, ended } = restarting(create)
  await nextTurn()
  assert.equal(lives, 2)
  await sender.send(new NumberBatch([1, 2]))
  sender.close()
  await ended
  assert.deepEqual([seen, stage.ledger.in, stage.ledger.out, stage.ledger.difference], [[1, 2], 2, 2, 0])
})

test('a batch with several receivers is released when all stages have ended, and only by its own references', async () => {
  const create = (): Stage => Object.assign(new PassStage(), { run: (input: Receiver<NumberBatch>) => first(input) })
  const { stage, sender, ended } = restarting(create as () => Stage, { isInputShared: true })
  let released = 0
  const batch = new NumberBatch([1, 2], () => released++)
  batch.retain()
  await sender.send(batch)
  sender.close()
  await ended
  assert.equal(released, 0)
  batch.release()
  assert.equal(released, 0)
  await stage.close()
  assert.equal(released, 1)
})

test('a stage that has not failed keeps its references at close: a batch created from them may release them later', async () => {
  const run = async (input: Receiver<NumberBatch>): Promise<void> => {
    for await (const _ of input);
  }
  const { stage, sender, ended } = restarting(() => ({ ledger: new Ledger(), run: run as Stage['run'] }))
  const batch = new NumberBatch([1, 2])
  await sender.send(batch)
  sender.close()
  await ended
  await stage.close()
  assert.equal(batch.holds, 1)
})

test('a reused batch is not touched', async () => {
  class PooledBatch extends NumberBatch {
    begin(): void {
      this.resetHolds()
    }
  }
  const batch = new PooledBatch([1, 2])
  const run = async (input: Receiver<PooledBatch>): Promise<void> => {
    for await (const taken of input) {
      taken.release()
      taken.begin()
      throw new Error('out of order')
    }
  }
  const { stage, sender, ended } = restarting(() => ({ ledger: new Ledger(), run: run as Stage['run'] }))
  await sender.send(batch)
  sender.close()
  await ended
  await stage.close()
  assert.equal(batch.holds, 1)
})

test('the reports of all instances are merged', async () => {
  const create = (): Stage => {
    let taken = 0
    const run = async (input: Receiver<NumberBatch>): Promise<void> => {
      for await (const { length } of input) {
        taken += length
        throw new Error('out of order')
      }
    }
    return { ledger: new Ledger(), run: run as Stage['run'], report: () => ({ taken }) }
  }
  const { stage, sender, ended, faults } = restarting(create)
  for (const value of [1, 2, 3]) await sender.send(new NumberBatch([value]))
  sender.close()
  await ended
  assert.deepEqual([stage.report(), faults.length, stage.ledger.in, stage.ledger.difference], [{ taken: 3 }, 3, 3, 0])
})

async function first(input: Receiver<NumberBatch>): Promise<void> {
  for await (const _ of input) throw new Error('out of order')
}

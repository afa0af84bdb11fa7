// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as timeout } from 'node:timers/promises'
import type { Batch } from '../../core/contract/batch.js'
import { NONE_DISABLED, silentLogger } from '../../core/contract/host.js'
import { Ledger } from '../../core/contract/ledger.js'
import { Fault } from '../../core/errors/fault.js'
import { readJsonBytes } from '../../core/exporter/otlp/read-json.js'
import { KafkaError } from '../../core/kafka/kafka-error.js'
import { FakeBroker, type FakeMember, fakeSettings } from '../../core/kafka/testing/fake-kafka.js'
import type { OtelBatch } from './otel-batch.js'
import { OtelKafkaDriver } from './otel-kafka.js'

const message = (id: string): Buffer =>
  Buffer.from(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":[{"key":"id","value":{"stringValue":"${id}"}}]}]}]}]}`)

/** A driver whose batches are released on request of the test. */
class Trial {
  readonly stop = new AbortController()
  readonly abort = new AbortController()
  readonly faults: Fault[] = []
  readonly held: OtelBatch[] = []
  readonly ids: string[] = []
  readonly driver: OtelKafkaDriver
  readonly ledger = new Ledger()
  #ended: Promise<void> | undefined

  constructor(broker: FakeBroker, config: Record<string, unknown> = {}) {
    const host = { log: silentLogger, stage: 'otelkafka', directory: '.', inputType: undefined, outputType: 'otelchan', disabledOptimizations: NONE_DISABLED, records: () => [], reportFault: (fault: Error) => this.faults.push(fault as Fault) } // biome-ignore format: one line
    this.driver = new OtelKafkaDriver(fakeSettings(config), ['logs'], readJsonBytes, host, this.ledger, broker.open)
  }

  async start(): Promise<this> {
    await this.driver.open()
    const send = async (batch: Batch): Promise<void> => {
      const logs = batch as OtelBatch
      for (let row = 0; row < logs.length; row++) this.ids.push(String(logs.attribute('id', row)))
      this.held.push(logs)
    }
    this.#ended = this.driver.run({ send, close() {} }, this.stop.signal, this.abort.signal)
    this.#ended.catch(() => {})
    return this
  }

  deliver(from = 0, to = this.held.length): void {
    for (const batch of this.held.slice(from, to)) batch.release()
  }

  async end(): Promise<void> {
    this.stop.abort()
    await this.#ended
    this.deliver()
    await this.driver.close()
  }

  /** Simulates the end of the process: nothing is released and nothing is committed any more. */
  async die(): Promise<void> {
    this.abort.abort(new Error('killed'))
    await this.#ended?.catch(() => {})
    this.deliver()
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let left = 2000; !condition(); left--) {
    assert.ok(left > 0, 'it did not come to that')
    await timeout(2)
  }
}

function brokerWith(partitions: number, messages: number): FakeBroker {
  const broker = new FakeBroker(partitions)
  for (let at = 0; at < messages; at++) broker.partitions[at % partitions]?.push(message(String(at)))
  return broker
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, at) => String(at)).sort()
const totalOf = (broker: FakeBroker): number => [...broker.committedOffsets.values()].reduce((sum, one) => sum + Number(one), 0)

test('every message is passed on; its offset is committed only after its delivery', async () => {
  const broker = brokerWith(2, 20)
  const trial = await new Trial(broker).start()
  await until(() => trial.ids.length === 20)
  await timeout(20)
  assert.equal(totalOf(broker), 0)
  // The first batch has five messages of partition 0. A later batch that is released first commits nothing of its partition.
  trial.deliver(2, 3)
  await timeout(20)
  assert.equal(totalOf(broker), 0)
  trial.deliver(0, 1)
  await until(() => broker.committedOffsets.get(0) === 10n)
  assert.equal(broker.committedOffsets.get(1), 0n)
  trial.held.splice(2, 1)
  trial.held.splice(0, 1)
  await trial.end()
  assert.equal(totalOf(broker), 20)
  assert.deepEqual([...trial.ids].sort(), numbers(20))
  assert.equal(trial.ledger.difference, 0)
})

test('undelivered messages of a dead process are read again by the next one, and none is missed', async () => {
  const broker = brokerWith(3, 60)
  const delivered: string[] = []
  for (let life = 0; life < 3; life++) {
    const trial = await new Trial(broker).start()
    await until(() => trial.held.length >= 4)
    const done = trial.held.splice(0, 3)
    for (const batch of done) {
      for (let row = 0; row < batch.length; row++) delivered.push(String(batch.attribute('id', row)))
      batch.release()
    }
    await timeout(15)
    await trial.die()
    assert.ok(totalOf(broker) <= new Set(delivered).size, 'offsets are never ahead of what was delivered')
    await (broker.members.values().next().value as FakeMember).close()
  }
  const last = await new Trial(broker).start()
  const missing = 60 - totalOf(broker)
  await until(() => last.ids.length === missing)
  await last.end()
  assert.deepEqual([...new Set([...delivered, ...last.ids])].sort(), numbers(60))
  assert.equal(totalOf(broker), 60)
})

test('a second member takes over some partitions: each reads its own, and no message is missed', async () => {
  const broker = brokerWith(4, 8)
  const one = await new Trial(broker).start()
  await until(() => one.ids.length === 8)
  one.deliver()
  one.held.length = 0
  await until(() => totalOf(broker) === 8)
  const two = await new Trial(broker).start()
  for (let at = 8; at < 40; at++) broker.partitions[at % 4]?.push(message(String(at)))
  await until(() => new Set([...one.ids, ...two.ids]).size === 40)
  assert.ok(two.ids.length >= 16)
  await one.end()
  await two.end()
  assert.equal(totalOf(broker), 40)
})

test('a message that is not log data is reported, counted and skipped: the offset moves on', async () => {
  const broker = new FakeBroker(1)
  broker.partitions[0]?.push(message('0'), Buffer.from('nonsense'), message('1'))
  const trial = await new Trial(broker).start()
  await until(() => trial.ids.length === 2)
  await trial.end()
  assert.deepEqual(
    trial.faults.map(({ code, where }) => [code, where]),
    [['SFP_OTEL_DATA', 'logs, partition 0, offset 1']],
  )
  assert.equal(trial.ledger.dropped.get('no log data'), 1)
  assert.equal(broker.committedOffsets.get(0), 3n)
})

test('unavailable brokers are reported once; the driver reconnects and continues at its position', async () => {
  const broker = brokerWith(1, 3)
  const trial = await new Trial(broker).start()
  await until(() => trial.ids.length === 3)
  const member = broker.members.values().next().value as FakeMember
  member.failure = new KafkaError('ECONNREFUSED', 'other', true)
  await until(() => broker.opened === 2)
  broker.partitions[0]?.push(message('3'))
  await until(() => trial.ids.length === 4)
  await trial.end()
  assert.deepEqual(trial.ids, ['0', '1', '2', '3'])
  assert.deepEqual(
    trial.faults.map(({ code, level }) => [code, level]),
    [['SFP_KAFKA_READ', 'warning']],
  )
  assert.equal(trial.driver.report().reconnections, 1)
})

test('messages that Kafka has deleted are reported with their number, and reading continues after them', async () => {
  const broker = brokerWith(1, 20)
  broker.committedOffsets.set(0, 4n)
  broker.firstOffsets.set(0, 9)
  const trial = await new Trial(broker).start()
  await until(() => trial.ids.length === 11)
  await trial.end()
  assert.deepEqual(
    trial.faults.map(({ code, details }) => [code, details.records]),
    [['SFP_KAFKA_GONE', 5]],
  )
  assert.equal(trial.ids[0], '9')
})

test('a new group starts at the position of auto.offset.reset', async () => {
  const broker = brokerWith(1, 5)
  const latest = await new Trial(broker, { 'auto.offset.reset': 'latest' }).start()
  await timeout(30)
  broker.partitions[0]?.push(message('new'))
  await until(() => latest.ids.length > 0)
  assert.deepEqual(latest.ids, ['new'])
  await latest.die()
  const strict = new Trial(brokerWith(1, 1), { 'auto.offset.reset': 'error' })
  await strict.driver.open()
  await assert.rejects(
    strict.driver.run({ send: async () => {}, close() {} }, strict.stop.signal, strict.abort.signal),
    (error: unknown) => error instanceof Fault && error.code === 'SFP_KAFKA_READ',
  )
})

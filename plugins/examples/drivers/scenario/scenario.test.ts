// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { conformanceSuite, runDriver, testHost } from 'sfprocessor/testing'
import { plugin } from './index.js'
import { RateLimiter } from './rate-limiter.js'

const folder = mkdtempSync(join(tmpdir(), 'scenario-'))
after(() => rmSync(folder, { recursive: true }))

const SCENARIO = `
processes:
  shop: { exe: /app/shop }
events:
  - { by: shop, mkdir: /tmp/x }
  - { by: shop, rmdir: /tmp/x }
`
/** Header, process, file, two events. */
const RECORDS = 5
const scenario = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return name
}
const PATH = scenario('shop.yaml', SCENARIO)

// The plugin contract of drivers.
conformanceSuite(plugin, { paths: [join(folder, PATH)], options: { rate: 0 } })

test('a scenario is simulated the configured number of times, and every record is counted', async () => {
  const { ledger, sent, report } = await runDriver(plugin, {
    paths: [PATH],
    directory: folder,
    options: { rate: 0, repeat: 3 },
  })
  assert.deepEqual([sent.length, ledger.in, ledger.out], [3 * RECORDS, 3 * RECORDS, 3 * RECORDS])
  assert.deepEqual(report, { performed: 3 })
})

test('without a limit the driver runs until it is stopped, at any rate', async () => {
  for (const rate of [0, 100_000]) {
    const options = { rate, repeat: 0 }
    const { ledger, sent } = await runDriver(plugin, { paths: [PATH], directory: folder, options, stopAfter: 50 * RECORDS })
    assert.ok(sent.length >= 50 * RECORDS)
    assert.equal(ledger.out, sent.length)
  }
})

test('the driver stops while it waits for the next record', async () => {
  const options = { rate: 0.001, repeat: 0 }
  const driver = plugin.create({ ...options, start: 'now', variant: '' }, [PATH], testHost({ plugin, directory: folder }))
  const stop = new AbortController()
  await driver.open?.()
  const running = driver.run({ send: () => assert.fail('nothing is due'), close() {} }, stop.signal, stop.signal)
  setImmediate(() => stop.abort())
  await running
  assert.equal(driver.ledger.in, 0)
})

test('records are sent in groups at the configured rate; a delay is caught up, but at most one second of it', async () => {
  let now = 0
  const clock = {
    now: () => now,
    async sleep(milliseconds: number) {
      now += milliseconds
    },
  }
  const rateLimiter = new RateLimiter(1000, clock)
  const never = new AbortController().signal
  assert.equal(rateLimiter.batchSize, 20)
  for (let sent = 0; sent < 2000; sent += 20) await rateLimiter.wait(20, never)
  assert.equal(now, 2000)
  now += 60_000
  for (let sent = 0; sent < 1000; sent += 20) await rateLimiter.wait(20, never)
  assert.equal(now, 62_000, 'a second of records is sent at once')
  await rateLimiter.wait(20, never)
  assert.equal(now, 62_020)
})

test('an error in the scenario is reported with its place before any record is sent', async () => {
  const path = scenario('wrong.yaml', SCENARIO.replace('mkdir', 'mkdri'))
  await assert.rejects(runDriver(plugin, { paths: [path], directory: folder }), /wrong\.yaml|mkdri/)
})

test('a scenario that cannot be read, and several scenarios, are refused', async () => {
  const path = join(folder, 'none.yaml')
  await assert.rejects(runDriver(plugin, { paths: [path] }), /none\.yaml" cannot be read: ENOENT/)
  assert.throws(() => plugin.create({}, [PATH, PATH], testHost()), /takes exactly one scenario file/)
  assert.throws(() => plugin.create({}, [], testHost()), /takes exactly one scenario file/)
})

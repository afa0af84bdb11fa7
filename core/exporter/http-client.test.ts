// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { NEVER_ABORTED } from '../contract/stage.js'
import { Fault } from '../errors/fault.js'
import { HttpClient, type HttpSettings } from './http-client.js'
import { FakeWeb, type WebAnswer } from './testing/fake-web.js'

const GET = { method: 'GET', path: '/' } as const

async function serving(answers: WebAnswer[] = []): Promise<{ web: FakeWeb; origin: string }> {
  const web = new FakeWeb(() => answers.shift() ?? { status: 200, body: 'fine' })
  after(() => web.close())
  return { web, origin: await web.listen() }
}

async function client(settings: Partial<HttpSettings>): Promise<HttpClient> {
  const ordinary = {
    transport: 'http',
    origins: [],
    headers: {},
    isInsecure: false,
    isCompressed: false,
    timeoutSeconds: 5,
    connections: 1,
  }
  const made = await HttpClient.load({ ...ordinary, ...settings })
  after(() => made.close())
  return made
}

test('a redirect is not followed, and nobody else sees the credentials', async () => {
  const other = await serving()
  const { origin } = await serving([{ status: 307, headers: { location: `${other.origin}/` } }])
  const sent = (await client({ origins: [origin], headers: { authorization: 'Bearer hunter2' } })).send(GET, NEVER_ABORTED)
  await assert.rejects(sent, (error: Fault) => error.hint.includes('redirects are not followed') && !error.isTemporary)
  assert.equal(other.web.requests.length, 0)
})

/** The pauses that the client made, on a clock that advances only during pauses. */
async function pausesAfter(...answers: WebAnswer[]): Promise<number[]> {
  const { origin } = await serving([...answers])
  const pauses: number[] = []
  let now = 0
  const wait = async (milliseconds: number): Promise<void> => {
    pauses.push(Math.round(milliseconds / 1000))
    now += milliseconds
  }
  const made = await client({ origins: [origin], now: () => now, wait })
  for (const _ of answers) await assert.rejects(made.send(GET, NEVER_ABORTED), Fault)
  await made.send(GET, NEVER_ABORTED)
  return pauses
}

test('a pause that a busy server asks for is kept, in seconds or until a date, up to a minute', async () => {
  const asks = (status: number, pause: string): WebAnswer => ({ status, headers: { 'retry-after': pause } })
  const soon = new Date(Date.now() + 20_000).toUTCString()
  assert.deepEqual(await pausesAfter(asks(429, '7'), asks(503, '3')), [7, 3])
  assert.deepEqual(await pausesAfter(asks(429, '86400')), [60])
  const [until = 0] = await pausesAfter(asks(503, soon))
  assert.ok(until > 15 && until <= 20, String(until))
})

test('what is no pause is none, and other statuses ask for none', async () => {
  for (const pause of ['', '-5', 'soon', 'Thu, 01 Jan 1970 00:00:00 GMT', '1e9'])
    assert.deepEqual(await pausesAfter({ status: 429, headers: { 'retry-after': pause } }), [], pause)
  assert.deepEqual(await pausesAfter({ status: 500, headers: { 'retry-after': '7' } }), [])
})

test('a missing file of authorities, or one without a certificate, is told with its key', async () => {
  for (const [ca, reason] of [
    ['/nowhere/ca.pem', /no such file or directory/],
    [fileURLToPath(import.meta.url).replace('http-client.test', 'read-options'), /there is no BEGIN CERTIFICATE in it/],
  ] as const) {
    await assert.rejects(client({ origins: ['https://localhost'], ca }), (error: unknown) => {
      assert.ok(error instanceof Fault)
      assert.match(error.message, reason)
      assert.match(error.hint, /set "http\.tls\.ca"/)
      return true
    })
  }
})

test('a missing package is told with the command that installs it', () => {
  const hook = `export const resolve = (name, context, next) => {
    if (name === 'undici') throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })
    return next(name, context)
  }`
  const source = `
    import { register } from 'node:module'
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}))
    const { HttpClient } = await import(${JSON.stringify(new URL('./http-client.js', import.meta.url).href)})
    await HttpClient.load({ transport: 'es', origins: [] }).catch(fault => console.log(fault.code, fault.message, fault.hint))`
  const flags = process.execArgv.filter(flag => !flag.startsWith('--test'))
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, '--input-type=module', '-e', source], { encoding: 'utf8' })
  assert.match(stdout, /^SFP_WEB_PACKAGE transport es needs the package undici, .* run: npm install undici/, stderr)
})

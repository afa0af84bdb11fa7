// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { Fault } from '../../errors/fault.js'
import { chunkOfTexts } from '../testing/chunks.js'
import { TerminalTransport } from './terminal.js'

test('records go out one per line, and a chunk waits until the reader has taken it', async () => {
  const taken: string[] = []
  let release: (() => void) | undefined
  const slow = new Writable({
    write(bytes: Buffer, _, done) {
      taken.push(bytes.toString())
      release = done
    },
  })
  const terminal = new TerminalTransport(slow)
  await terminal.open()
  let isSafe = false
  const sent = terminal.send(chunkOfTexts('{"a":1}', '{"b":2}')).then(() => {
    isSafe = true
  })
  await new Promise(setImmediate)
  assert.equal(isSafe, false)
  release?.()
  await sent
  assert.deepEqual(taken, ['{"a":1}\n{"b":2}\n'])
  await terminal.close()
  await terminal.close()
  assert.equal(slow.writableEnded, false, 'standard output is not ours to end')
})

for (const code of ['EPIPE', 'ECONNRESET', 'ENOSPC']) {
  test(`${code} of standard output is a fault with a code of its own, never an unheard error`, async () => {
    const broken = new Writable({ write: (_bytes, _encoding, done) => done(Object.assign(new Error(code), { code })) })
    const terminal = new TerminalTransport(broken)
    await terminal.open()
    const expected = code === 'ENOSPC' ? 'SFP_EXPORT_TERMINAL' : 'SFP_EXPORT_CLOSED'
    await assert.rejects(terminal.send(chunkOfTexts('x')), (fault: unknown) => fault instanceof Fault && fault.code === expected)
    await assert.rejects(
      terminal.send(chunkOfTexts('y')),
      (fault: unknown) => fault instanceof Fault && fault.code === 'SFP_EXPORT_CLOSED',
    )
  })
}

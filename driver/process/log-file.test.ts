// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { Fault } from '../../core/errors/fault.js'
import type { ApplyStyle } from '../../core/terminal/style.js'
import { Log } from './log.js'
import type { LogFormat } from './log-levels.js'

const STYLE: ApplyStyle = text => `<${text}>`
const folder = (): string => mkdtempSync(join(tmpdir(), 'sfprocessor-log-'))

/** Returns what the log wrote to its stream. */
async function logged(
  file: string,
  write: (log: Log) => unknown,
  format: LogFormat = 'text',
  maxBytes = 1e6,
  maxFiles = 5,
): Promise<string> {
  let text = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  const now = (): Date => new Date(2026, 10, 21, 1, 2, 3)
  const log = new Log('info', stream, format, STYLE, now, { path: file, maxBytes, maxFiles })
  await write(log)
  await log.close()
  return text
}

test('a log file has the lines of the log without styles, after those of earlier runs', async () => {
  const file = join(folder(), 'sfprocessor.log')
  writeFileSync(file, 'before\n')
  const shown = await logged(file, log => {
    log.of('exporter').info('text')
    log.of('exporter').trace('below the threshold')
    log.logFault('', new Fault('SFP_EXPORT_CLOSED', {}, { where: 'stage x' }))
  })
  assert.match(shown, /^<\[Info\]>/)
  const [before, first, second = '', ...rest] = readFileSync(file, 'utf8').split('\n')
  assert.deepEqual([before, first, rest.at(-1)], ['before', '[Info] 2026/11/21 01:02:03 exporter: text', ''])
  assert.match(second, /^\[Error\] 2026\/11\/21 01:02:03 stage x {2}SFP_EXPORT_CLOSED/)
})

test('a log file contains objects if the log does', async () => {
  const file = join(folder(), 'sfprocessor.log')
  const shown = await logged(file, log => log.of('exporter').warn('text'), 'json')
  assert.equal(readFileSync(file, 'utf8'), shown)
  assert.equal(JSON.parse(shown).stage, 'exporter')
})

test('a log file is rotated at its size, within a run and between runs; the oldest files are deleted and no line is lost', async () => {
  const place = folder()
  const file = join(place, 'sfprocessor.log')
  const size = 1000
  for (const first of [0, 60])
    await logged(
      file,
      log => {
        for (let line = first; line < first + 60; line++) log.of('').info(`line ${line}.`)
      },
      'text',
      size,
      3,
    )
  assert.deepEqual(readdirSync(place).sort(), ['sfprocessor.log', 'sfprocessor.log.1', 'sfprocessor.log.2'])
  const texts = ['.2', '.1', ''].map(suffix => readFileSync(file + suffix, 'utf8'))
  for (const text of texts) assert.ok(text.length <= size && text.endsWith('\n'))
  const numbers = [...texts.join('').matchAll(/line (\d+)\./g)].map(([, number]) => Number(number))
  assert.deepEqual(
    numbers,
    Array.from(numbers, (_, index) => 120 - numbers.length + index),
  )
  assert.ok(numbers.length > 50 && numbers.length < 120, String(numbers.length))
})

test('a line that is longer than the maximum size is written whole', async () => {
  const file = join(folder(), 'sfprocessor.log')
  await logged(file, log => log.of('').info('x'.repeat(5000)), 'text', 1000, 2)
  assert.match(readFileSync(file, 'utf8'), /x{5000}\n$/)
})

test('a log file that can no longer be written is reported once, and logging continues without it', {
  skip: !existsSync('/dev/full'),
}, async () => {
  const shown = await logged('/dev/full', log => {
    for (const text of ['first', 'second', 'third']) log.of('').info(text)
    return new Promise(resolve => setImmediate(resolve)).then(() => log.of('').info('last'))
  })
  assert.equal(shown.match(/SFP_LOG_FILE/g)?.length, 1)
  assert.match(shown, /no space left on device/i)
  for (const text of ['first', 'second', 'third', 'last']) assert.ok(shown.includes(text))
})

test('a log file that cannot be opened is an error before anything is logged', () => {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done() })
  const path = join(folder(), 'missing', 'sfprocessor.log')
  assert.throws(
    () => new Log('info', stream, 'text', undefined, undefined, { path, maxBytes: 1e6, maxFiles: 2 }),
    (error: unknown) => error instanceof Fault && error.code === 'SFP_LOG_FILE' && error.message.includes(path),
  )
  assert.equal(existsSync(join(path, '..')), false)
})

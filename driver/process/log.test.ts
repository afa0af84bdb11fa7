// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { Fault, Faults } from '../../core/errors/fault.js'
import { type ApplyStyle, ansiStyle, unstyled } from '../../core/terminal/style.js'
import { Log } from './log.js'
import { type LogFormat, THRESHOLDS, type Threshold } from './log-levels.js'

async function lines(
  threshold: Threshold,
  write: (log: Log) => void,
  format: LogFormat = 'text',
  style: ApplyStyle = unstyled,
): Promise<string> {
  let text = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  const log = new Log(threshold, stream, format, style, () => new Date(2026, 10, 21, 1, 2, 3))
  write(log)
  await log.close()
  return text
}

const everything = (log: Log): void => {
  const logger = log.of('')
  logger.trace('a')
  logger.info('b')
  logger.warn('c')
  logger.error('d')
  logger.health('e')
}

test('check 111: a threshold shows its own and all higher levels', async () => {
  const words: string[] = []
  for (const threshold of THRESHOLDS) words.push((await lines(threshold, everything)).replace(/^\[(\w+)\].*\n/gm, '$1 ').trim())
  assert.deepEqual(words, [
    'Trace Info Warn Error Health',
    'Info Warn Error Health',
    'Warn Error Health',
    'Error Health',
    'Health',
    '',
  ])
})

test('check 111: a line contains level, local time and stage', async () => {
  assert.equal(await lines('info', log => log.of('exporter').info('text')), '[Info] 2026/11/21 01:02:03 exporter: text\n')
  assert.equal(await lines('info', log => log.of('').warn('text')), '[Warn] 2026/11/21 01:02:03 text\n')
})

test('a stage that reports its own fault is named once', async () => {
  const fault = (where: string): Fault => new Fault('SFP_SPOOL_DROPPED', { folder: '/spool', records: 1 }, { where })
  const reported = async (where: string): Promise<string> =>
    (await lines('info', log => log.logFault('alerts', fault(where)))).slice(28, 60)
  assert.equal(await reported('alerts'), 'alerts: SFP_SPOOL_DROPPED: the s')
  assert.equal(await reported('elsewhere'), 'alerts: elsewhere  SFP_SPOOL_DRO')
})

test('performance lines have a level above all thresholds but quiet', async () => {
  assert.equal(await lines('health', log => log.perf('x')), '[Perf] 2026/11/21 01:02:03 x\n')
  assert.equal(await lines('quiet', log => log.perf('x')), '')
})

test('the content of a record or file name cannot imitate a log line', async () => {
  assert.equal(
    await lines('info', log => log.of('').info('a\u001b[2J\r\n[Error] b')),
    '[Info] 2026/11/21 01:02:03 a\ufffd[2J\ufffd\n  [Error] b\n',
  )
})

test('in color the level is highlighted, objects are unchanged, and logged texts contain no control characters', async () => {
  const write = (log: Log): void => log.of('exporter').error('a\u001b[2J\tb')
  assert.equal(
    await lines('info', write, 'text', ansiStyle),
    '\u001b[31;1m[Error]\u001b[0m \u001b[2m2026/11/21 01:02:03\u001b[0m exporter: a\ufffd[2J b\n',
  )
  assert.equal(await lines('info', write, 'json', ansiStyle), await lines('info', write, 'json'))
})

test('every fault of an error is a separate entry with its own level', async () => {
  const warning = new Fault('SFP_CONFIG_OLD_KEY', { key: 'a', today: 'b' }, { level: 'warning' })
  const write = (log: Log): void => log.logFault('exporter', new Faults([warning, new Fault('SFP_EXPORT_CLOSED')]))
  const text = await lines('info', write)
  assert.match(
    text,
    /^\[Warn\] \S+ \S+ exporter: warning SFP_CONFIG_OLD_KEY: .*\n\[Error\] \S+ \S+ exporter: SFP_EXPORT_CLOSED: .*\n$/,
  )
  const entries = (await lines('info', write, 'json'))
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  assert.deepEqual(
    entries.map(({ level, stage, code }) => [level, stage, code]),
    [
      ['warn', 'exporter', 'SFP_CONFIG_OLD_KEY'],
      ['error', 'exporter', 'SFP_EXPORT_CLOSED'],
    ],
  )
  assert.equal(await lines('error', log => log.logFault('', warning)), '')
  assert.match(await lines('error', log => log.logFault('', new TypeError('oops'))), /^\[Error\] .* oops\n$/)
})

test('closing waits until many lines are written, and can be repeated', async () => {
  const text = await lines('info', log => {
    for (let line = 0; line < 1000; line++) log.of('').info(String(line))
  })
  assert.equal(text.split('\n').length, 1001)
  const log = new Log('info', new Writable())
  await log.close()
  await log.close()
})

// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import winston from 'winston'
import { Fault } from '../../core/errors/fault.js'
import { unstyled } from '../../core/terminal/style.js'
import { type LogEntry, logFormat } from './log-formats.js'

const TIME = new Date(Date.UTC(2026, 10, 21, 1, 2, 3, 4))

function jsonEntry(level: LogEntry['level'], time: Date, component: string, content: string | Fault): string {
  const format = logFormat(winston.format, 'json', unstyled)
  const info = format.transform({ level, message: '', time, component, content })
  return String(typeof info === 'object' ? info[Symbol.for('message')] : info)
}

const NOTHING = { code: null, details: null, where: null, hint: null }

test('a log line has all keys, for any entry', () => {
  assert.deepEqual(JSON.parse(jsonEntry('info', TIME, 'exporter', 'text')), {
    time: '2026-11-21T01:02:03.004Z',
    level: 'info',
    stage: 'exporter',
    message: 'text',
    ...NOTHING,
  })
  assert.equal(JSON.parse(jsonEntry('info', TIME, '', 'text')).stage, null)
})

test('a fault is logged with its properties', () => {
  const place = { file: 'a.json', line: 3, column: 7, text: 'secret line' }
  const details = { name: 'exprter', nearest: 'exporter', known: 'exporter' }
  const fault = new Fault('SFP_PIPELINE_UNKNOWN_PROCESSOR', details, { position: place })
  assert.deepEqual(JSON.parse(jsonEntry('error', TIME, '', fault)), {
    time: '2026-11-21T01:02:03.004Z',
    level: 'error',
    stage: null,
    code: 'SFP_PIPELINE_UNKNOWN_PROCESSOR',
    message: 'unknown processor "exprter"',
    details,
    where: 'a.json:3:7',
    hint: 'did you mean "exporter"? Known: exporter',
  })
  const elsewhere = new Fault('SFP_EXPORT_CLOSED', {}, { where: 'stage x' })
  assert.equal(JSON.parse(jsonEntry('error', TIME, '', elsewhere)).where, 'stage x')
})

test('an entry is one line without terminal control characters', () => {
  const line = jsonEntry('info', TIME, '', 'a\n\u001b[2J\u009b\u202e')
  assert.doesNotMatch(line, /[\p{Cc}\u202e]/u)
  assert.equal(JSON.parse(line).message, 'a\n\u001b[2J\u009b\u202e')
})

test('an object is written like JSON.stringify does', () => {
  for (const text of ['', 'a "b" \\ \n', '\ud800 alone', 'ä 💥', '\u0000']) {
    const line = jsonEntry('warn', TIME, 'a"b', text)
    assert.equal(line, JSON.stringify(JSON.parse(line)))
    assert.equal(JSON.parse(line).message, text)
  }
})

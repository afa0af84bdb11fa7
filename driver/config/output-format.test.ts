// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type OutputFormatChoice, withOutputFormat } from './output-format.js'
import type { Setting, SettingsSection } from './settings.js'

const AT = { file: 'pipeline.json', line: 1, column: 1 }

function section(values: Readonly<Record<string, unknown>>): SettingsSection {
  const file = new Map(
    Object.entries(values).map(([key, value]): [string, Setting] => [
      key,
      { key, value, rawText: undefined, origin: { kind: 'file', key: AT, value: AT } },
    ]),
  )
  return { position: AT, file, environment: new Map() }
}

/** The resulting formats of exporters with these settings, and whether they are flat. */
function formats(shown: OutputFormatChoice, ...exporters: Readonly<Record<string, unknown>>[]): unknown[] {
  const pipeline = exporters.map(values => section({ processor: 'exporter', ...values }))
  const { settings } = withOutputFormat({ file: 'pipeline.json', drivers: [], pipeline }, shown)
  return settings.pipeline.map(({ file, environment }) =>
    ['format', 'flat'].map(key => (environment.get(key) ?? file.get(key))?.value),
  )
}

const PIPE: OutputFormatChoice = { format: undefined, isTerminal: false }
const TERMINAL: OutputFormatChoice = { format: undefined, isTerminal: true }

test('without a configured format, the output is pretty on a terminal and unchanged in a pipe', () => {
  const exporters = [{}, { export: 'terminal' }, { type: 'terminal', export: 'file' }, { type: 'alert' }, { format: '' }]
  assert.deepEqual(
    formats(TERMINAL, ...exporters).map(format => (format as unknown[])[0]),
    ['pretty', 'pretty', 'pretty', 'pretty', 'pretty'],
  )
  assert.deepEqual(formats(PIPE, {}, { format: 'json', flat: true }), [
    [undefined, undefined],
    ['json', true],
  ])
})

test('a configured format is preserved, including flat JSON, and other targets are not affected', () => {
  assert.deepEqual(
    formats(
      TERMINAL,
      { format: 'json' },
      { flat: true },
      { flat: 'true' },
      { export: 'file' },
      { type: 'null' },
      { flat: false },
    ),
    [
      ['json', undefined],
      [undefined, true],
      [undefined, 'true'],
      [undefined, undefined],
      [undefined, undefined],
      ['pretty', false],
    ],
  )
})

test('-format takes precedence over the settings of standard output, including flat, and affects nothing else', () => {
  const shown = { format: 'ecs', isTerminal: false }
  assert.deepEqual(formats(shown, { format: 'json', flat: true }, { export: 'syslog', format: 'json' }), [
    ['ecs', false],
    ['json', undefined],
  ])
  assert.deepEqual(formats({ ...shown, format: 'json' }, { flat: true }), [['json', true]])
  const other = section({ processor: 'policyengine' })
  const { settings } = withOutputFormat({ file: 'p', drivers: [], pipeline: [other] }, shown)
  assert.equal(settings.pipeline[0], other)
})

test('-format without effect causes a warning', () => {
  const pipeline = [section({ processor: 'exporter', export: 'file' })]
  const { warnings } = withOutputFormat({ file: 'p', drivers: [], pipeline }, { format: 'pretty', isTerminal: false })
  assert.deepEqual(
    warnings.map(({ code, level }) => [code, level]),
    [['SFP_EXPORT_NOT_SHOWN', 'warning']],
  )
  assert.deepEqual(withOutputFormat({ file: 'p', drivers: [], pipeline }, TERMINAL).warnings, [])
})

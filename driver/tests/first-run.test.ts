// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { displayWidth } from '../../core/terminal/width.js'

/** The output of a first run of the program, on a terminal and in a pipe. */

const folder = mkdtempSync(join(tmpdir(), 'first-run-'))
after(() => rmSync(folder, { recursive: true }))

/** The compiled program, or its source if the tests themselves run from source. */
const MAIN = ['../main.js', '../main.ts'].map(name => fileURLToPath(new URL(name, import.meta.url))).find(existsSync) ?? ''
const FLAGS = process.execArgv.filter(flag => !flag.startsWith('--test'))
const TRACE = resolve('resources/traces/webshell.sf')
const DEMO = resolve('resources/pipelines/demo.json')
const MARK = '\u001B['

interface Seen {
  readonly exit: number | null
  readonly text: string
}

type Variables = Readonly<Record<string, string>>

/** `script` of util-linux gives the program a terminal for both of its streams. */
function onTerminal(args: readonly string[], variables: Variables = {}, columns = 100): Seen {
  const command = [process.execPath, ...FLAGS, MAIN, ...args].map(word => `'${word}'`).join(' ')
  const { status, stdout } = spawnSync('script', ['-qec', `stty cols ${columns} rows 40; exec ${command}`, '/dev/null'], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', TERM: 'xterm-256color', LC_ALL: 'C.UTF-8', ...variables },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  })
  return { exit: status, text: stdout.replaceAll('\r\n', '\n') }
}

function inPipe(args: readonly string[], variables: Variables = {}): Seen & { readonly error: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...FLAGS, MAIN, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', TERM: 'xterm-256color', ...variables },
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { exit: status, text: stdout, error: stderr }
}

const script = spawnSync('script', ['-qec', 'test -t 1', '/dev/null'], { stdio: ['ignore', 'pipe', 'pipe'] })
const skip = script.status === 0 ? false : 'script(1) of util-linux, which makes a terminal, is not here'

test('on a terminal alerts are human-readable and in color', { skip }, () => {
  const { exit, text } = onTerminal([TRACE])
  assert.equal(exit, 0, text)
  assert.ok(text.includes(`${MARK}31;1mHIGH${MARK}0m      ${MARK}1mWeb server spawned shell${MARK}0m`), text)
  assert.match(text, /started {4}.*\/bin\/sh -c id; uname -a/)
  assert.ok(text.includes(`${MARK}32mcomplete${MARK}0m`), 'the summary')
  assert.doesNotMatch(text, /"policies"/)
})

for (const [what, args, variables] of [
  ['-color never', ['-color', 'never'], {}],
  ['NO_COLOR', [], { NO_COLOR: '1' }],
  ['a terminal without color support', [], { TERM: 'dumb' }],
] as const)
  test(`with ${what} there are no styles, and alerts are still human-readable`, { skip }, () => {
    const { exit, text } = onTerminal([...args, '-config', DEMO, TRACE], variables)
    assert.equal(exit, 0, text)
    assert.ok(!text.includes(MARK))
    assert.match(text, /^\d{4}-\d\d-\d\d .* {2}HIGH {6}Web server spawned shell {3}in php on worker-2$/m)
  })

test('no line of an alert is wider than the terminal', { skip }, () => {
  const { text } = onTerminal(['-quiet', '-color=never', TRACE], {}, 72)
  const widths = text.split('\n').map(displayWidth)
  assert.ok(widths.length > 100)
  assert.ok(Math.max(...widths) <= 72)
  assert.ok(Math.max(...widths) > 60)
})

test('JSON can be requested on a terminal', { skip }, () => {
  const { text } = onTerminal(['-quiet', '-format', 'json', TRACE])
  const lines = text.trim().split('\n')
  assert.equal(lines.length, 19)
  for (const line of lines) JSON.parse(line)
})

test('in a pipe everything is machine-readable, for any color setting', () => {
  const plain = inPipe([TRACE])
  assert.equal(plain.exit, 0, plain.error)
  for (const line of plain.text.trim().split('\n')) JSON.parse(line)
  assert.ok(!plain.error.includes(MARK))
  const forced = inPipe([TRACE], { FORCE_COLOR: '1' })
  assert.equal(forced.text, plain.text)
  assert.ok(forced.error.includes(MARK))
  assert.ok(!inPipe(['-color', 'never', TRACE], { FORCE_COLOR: '1' }).error.includes(MARK))
  const pretty = inPipe(['-quiet', '-format', 'pretty', '-color', 'always', TRACE])
  assert.ok(pretty.text.includes(`${MARK}31;1mHIGH`))
})

test('a run without input prints three ways to start', { skip }, () => {
  const { exit, text } = onTerminal([])
  assert.equal(exit, 1)
  assert.ok(text.startsWith(`${MARK}1mUsage:${MARK}0m sfprocessor [options] PATH...`), text)
  assert.match(text, /\n1\. [\s\S]*\n2\. [\s\S]*\n3\. /)
  const plain = inPipe([])
  assert.equal(plain.exit, 1)
  assert.ok(plain.text.startsWith('Usage: sfprocessor [options] PATH...'))
  assert.equal(plain.error, 'sfprocessor: no input path\n')
  const [, demo = ''] = /\n {5}sfprocessor (-config \S+ \S+)\n/.exec(plain.text) ?? []
  const shown = inPipe(['-quiet', ...demo.split(' ')])
  assert.deepEqual([shown.exit, shown.text.trim().split('\n').length], [0, 19])
})

test('an error is highlighted and refers to its explanation; in a pipe it is plain text', { skip }, () => {
  writeFileSync(join(folder, 'wrong.json'), '{ "pipeline": [ { "processor": "exprter", "in": "a eventchan" } ] }')
  const { exit, text } = onTerminal(['-test', '-config', 'wrong.json'])
  assert.equal(exit, 1)
  assert.ok(text.includes(`${MARK}1mwrong.json:1:32${MARK}0m  ${MARK}31;1mSFP_PIPELINE_UNKNOWN_PROCESSOR${MARK}0m`), text)
  assert.ok(text.includes(`${MARK}31;1m^^^^^^^^^${MARK}0m unknown processor "exprter"; did you mean "exporter"?`), text)
  assert.match(text, /sfprocessor explain SFP_PIPELINE_UNKNOWN_PROCESSOR/)
  const { error } = inPipe(['-test', '-config', 'wrong.json'])
  assert.match(error, /^wrong\.json:1:32 {2}SFP_PIPELINE_UNKNOWN_PROCESSOR\n/)
  assert.doesNotMatch(error, /explain/)
})

test('a misspelt command or option gets a suggestion', () => {
  const wrong = inPipe(['tapp'])
  assert.deepEqual(
    [wrong.exit, wrong.text, wrong.error],
    [2, '', 'error: no such command or path "tapp"\n(did you mean sfprocessor tap?)\nTo use it as a path, write ./tapp\n'],
  )
  assert.match(inPipe(['hepl']).error, /\(did you mean sfprocessor help\?\)/)
  writeFileSync(join(folder, 'tapp'), '')
  assert.match(inPipe(['tapp']).error, /SFP_SYSFLOW_EMPTY/)
  rmSync(join(folder, 'tapp'))
  assert.match(inPipe(['./tapp']).error, /SFP_INPUT_PATH/)
  const late = inPipe([TRACE, '-quiet'])
  assert.deepEqual([late.exit, late.text], [2, ''])
  assert.match(late.error, /^error: "-quiet" follows a path.*\n\(options must come before the first path\)\n/)
  assert.match(inPipe(['-log', 'eror', '-test']).error, /^sfprocessor: "eror" is not a level of -log.* did you mean "error"\?/)
  const { exit, error } = inPipe(['-format', 'prety', TRACE])
  assert.deepEqual([exit, /did you mean "pretty"\?/.test(error)], [1, true], error)
})

test('human-readable texts appear on terminals only', () => {
  const variables = { EXPORTER_EXPORT: 'file', EXPORTER_FILE_PATH: 'alerts.json', EXPORTER_FORMAT: 'pretty' }
  const { exit, error } = inPipe([TRACE], variables)
  assert.deepEqual([exit, /SFP_EXPORT_FOR_PEOPLE/.test(error)], [1, true], error)
  assert.ok(!existsSync(join(folder, 'alerts.json')))
  const useless = inPipe(['-format', 'pretty', TRACE], { ...variables, EXPORTER_FORMAT: 'json' })
  assert.deepEqual([useless.exit, /SFP_EXPORT_NOT_SHOWN/.test(useless.error)], [0, true], useless.error)
})

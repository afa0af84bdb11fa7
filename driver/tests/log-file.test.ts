// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url))
const DEMO = ['-config', resolve('resources/pipelines/demo.json'), resolve('resources/traces/webshell.sf')]

const program = (...args: readonly string[]) =>
  spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', env: { ...process.env, SFPROCESSOR_CACHE: 'off' } })

test('-logfile: the lines of the log are in the file and on standard error', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'sfprocessor-log-')), 'run.log')
  const { status, stderr } = program('-logfile', file, '-summary', 'none', ...DEMO)
  assert.equal(status, 0, stderr)
  const written = readFileSync(file, 'utf8')
  assert.match(written, /^\[Info\] .* Initializing 1 driver$/m)
  assert.equal(written, stderr)
})

test('-logfile: a file that cannot be written stops the start', () => {
  const { status, stderr } = program('-logfile', '/nowhere/run.log', ...DEMO)
  assert.equal(status, 1)
  assert.match(stderr, /SFP_LOG_FILE: cannot write the log file \/nowhere\/run\.log: .*-logfile/s)
})

test('-logsize and -logfiles: a size of zero and a single file are refused', () => {
  for (const option of [['-logsize', '0'], ['-logsize', 'big'], ['-logfiles', '1'], ['-logfiles', '2.5']]) // biome-ignore format: one line
    assert.equal(program(...option, ...DEMO).status, 2, option.join(' '))
})

// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { programRoot } from '../process/package.js'

/** The compiled program, or its source if the tests themselves run from source. */
const MAIN = ['../main.js', '../main.ts'].map(name => fileURLToPath(new URL(name, import.meta.url))).find(existsSync) ?? ''
const TRACE = join(programRoot(), 'resources', 'traces', 'webshell.sf')

const folder = mkdtempSync(join(tmpdir(), 'waiting-'))
after(() => rmSync(folder, { recursive: true }))

/** A handler that waits for a promise that never settles: no timer, file or socket is open. */
const handler = (members: string): string => `export const plugin = {
  kind: 'handler', name: 'waiting', contract: 2, summary: 'Waits.', offers: ['flattenerchan'],
  options: { type: 'object', additionalProperties: false, properties: {} },
  create: () => ({ ${members} }),
}`
const NEVER = '() => new Promise(() => {})'
const PIPELINE = {
  plugins: ['./waiting.mjs'],
  pipeline: [
    { processor: 'sysflowreader', handler: 'waiting', in: 'sysflow sysflowchan', out: 'flat flattenerchan' },
    { processor: 'policyengine', in: 'flat flattenerchan', out: 'events eventchan', mode: 'enrich' },
    { processor: 'exporter', in: 'events eventchan', export: 'null' },
  ],
}

function run(members: string): Promise<{ readonly exit: number | null; readonly error: string }> {
  writeFileSync(join(folder, 'waiting.mjs'), handler(members))
  writeFileSync(join(folder, 'pipeline.json'), JSON.stringify(PIPELINE))
  const flags = process.execArgv.filter(flag => !flag.startsWith('--test'))
  const child = spawn(process.execPath, [...flags, MAIN, '-drain', '0', '-config', join(folder, 'pipeline.json'), TRACE])
  let error = ''
  child.stderr.on('data', chunk => {
    error += String(chunk)
  })
  return new Promise(resolve => child.on('close', exit => resolve({ exit, error })))
}

test('components that wait forever are reported by name, and the program does not end with success', async () => {
  const { exit, error } = await run(`events: ${NEVER}`)
  assert.equal(exit, 1, error)
  assert.match(error, /SFP_PLUGIN_FAILED: handler "waiting" failed in events: no answer when the run was aborted/)
})

test('components that wait forever at startup are reported by name', async () => {
  const { exit, error } = await run(`open: ${NEVER}`)
  assert.equal(exit, 1, error)
  assert.match(error, /SFP_RUN_STUCK.*\n?.*stage "sysflowreader" did not stop/)
})

// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { GOLDEN_FOLDER, goldenOutput } from './golden-output.js'

test('the output of the program for the shipped trace equals its golden files; after an intended change run "make golden"', async () => {
  const output = await goldenOutput()
  assert.deepEqual(readdirSync(GOLDEN_FOLDER).sort(), [...output.keys()].sort())
  for (const [name, text] of output) {
    const golden = readFileSync(join(GOLDEN_FOLDER, name), 'utf8').split('\n')
    const ours = text.split('\n')
    for (const [index, line] of ours.entries()) assert.equal(line, golden[index], `${name}, line ${index + 1}`)
    assert.equal(ours.length, golden.length, name)
  }
})

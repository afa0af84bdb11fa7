// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { programRoot } from '../process/package.js'
import { contractFault } from './contract-version.js'

const FOUND = { file: '/plugins/mine.mjs', kinds: ['driver'] } as const
const POSITION = { file: 'pipeline.json', line: 2, column: 3, length: 1, text: '' }

test('a plugin of this contract is accepted', () => {
  assert.equal(contractFault({ name: 'mine', contract: 2 }, 'mine', FOUND), undefined)
})

test('a plugin of contract 1 is refused with what to change', () => {
  const option = { type: 'string', description: 'x', formerly: ['old'] }
  const candidate = { name: 'mine', contract: 1, perTrace: true, sources: [], options: { properties: { 'mine.x': option } } }
  const fault = contractFault(candidate, 'mine', FOUND)
  assert.equal(fault?.message, 'the plugin "mine" is written for contract 1, but this program supports contract 2')
  assert.equal(
    fault?.hint,
    'set "contract: 2", rename sources to adapters, perTrace to isPartitionable, formerly to deprecatedNames, and make the other ' +
      'changes of docs/writing-plugins.md, section "Migrate from contract 1 to 2"',
  )
  assert.equal(fault?.where, '/plugins/mine.mjs')
})

test('the error for a plugin in the pipeline file has its place there', () => {
  const fault = contractFault({ name: 'mine', contract: 1 }, 'mine', { ...FOUND, position: POSITION })
  assert.equal(fault?.position, POSITION)
})

test('a plugin of a later contract, or without a version, requires another release', () => {
  for (const contract of [3, undefined, '2'])
    assert.equal(
      contractFault({ name: 'mine', contract }, 'mine', FOUND)?.hint,
      'install a release of the plugin for contract 2',
      String(contract),
    )
})

test('the section that the error names exists', {
  skip: existsSync(join(programRoot(), 'docs')) ? false : 'no docs here',
}, () => {
  assert.match(readFileSync(join(programRoot(), 'docs', 'writing-plugins.md'), 'utf8'), /^## Migrate from contract 1 to 2$/m)
})

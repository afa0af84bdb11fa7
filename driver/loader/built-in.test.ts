// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { importsOf } from '../../core/testing/import-graph.js'
import { faultCollectingHost } from '../../plugins/sysflow/testing/flatten-trace.js'
import { COMMANDS } from '../cli/commands/table.js'
import { builtInAdapters, builtInRegistry, FAMILIES } from './built-in.js'

const reader = (await builtInRegistry({ stdout: new PassThrough(), version: '1' })).find('processor', 'sysflowreader')

test('a pipeline of the original with a disabled rate limiter starts; one with an enabled limiter is refused, not ignored', () => {
  assert(reader)
  assert.ok(reader.create({ handler: 'flattener', 'filter.enabled': 'off', 'filter.maxage': 1440 }, faultCollectingHost()))
  for (const value of ['on', 'true', '1']) {
    assert.throws(() => reader.create({ 'filter.enabled': value }, faultCollectingHost()), { code: 'SFP_PIPELINE_NO_LIMITER' })
  }
})

test('the adapters of the families are those of their plugins', async () => {
  const registry = await builtInRegistry({ stdout: new PassThrough(), version: '1' })
  assert.deepEqual(await builtInAdapters(), registry.adapters)
})

test('families share no name, and every command and file kind has one family', () => {
  const commands = COMMANDS.map(({ name }) => name)
  const schemas = FAMILIES.flatMap(family => (family.schemas ?? []).map(({ kind }) => kind))
  for (const names of [FAMILIES.map(({ name }) => name), commands, schemas]) assert.equal(new Set(names).size, names.length)
  assert.deepEqual(commands.slice(0, 2), ['simulate', 'replay'])
})

test('startup reads families without loading a driver, a stage or an adapter', () => {
  const loaded = new Set<string>()
  const load = (file: string): void => {
    if (loaded.has(file)) return
    loaded.add(file)
    for (const { file: imported, isTypeOnly, isLazy } of importsOf(file))
      if (imported !== undefined && !isTypeOnly && !isLazy) load(imported)
  }
  load('driver/loader/built-in.ts')
  assert.deepEqual([...loaded].filter(file => file.startsWith('plugins/')).sort(), [
    'plugins/otel/index.ts',
    'plugins/sysflow/errors.ts',
    'plugins/sysflow/index.ts',
    'plugins/sysflow/replay/replay-command.ts',
    'plugins/sysflow/scenario/command.ts',
    'plugins/sysflow/scenario/rule-test-template.ts',
  ])
})

// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, statSync } from 'node:fs'
import module from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { enableModuleCache } from './compile-cache.js'

const isAble = 'enableCompileCache' in module

test('compiled modules are cached if Node supports it, in a folder for the user only', () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'sfprocessor-compiled-')), 'cache')
  enableModuleCache({ SFPROCESSOR_CACHE: folder })
  assert.equal(existsSync(folder), isAble)
  if (isAble) assert.equal(statSync(join(folder, 'modules')).mode & 0o777, 0o700)
})

test('compiled modules are not cached in a folder that others can write, or that cannot be written, or if disabled', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sfprocessor-compiled-'))
  mkdirSync(join(folder, 'open'))
  chmodSync(join(folder, 'open'), 0o777)
  for (const place of [join(folder, 'open'), '/proc/sfprocessor', '/dev/null/cache', 'off'])
    enableModuleCache({ SFPROCESSOR_CACHE: place })
  enableModuleCache({})
  assert.deepEqual(readdirSync(join(folder, 'open')), [])
})

// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { ListBatch } from '../../core/contract/batch.js'
import { redirectProgramImports } from './program-imports.js'

test('an import of sfprocessor/plugin in any module is the running program itself', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'imports-'))
  try {
    const file = join(folder, 'mine.mjs')
    writeFileSync(file, "import { ListBatch } from 'sfprocessor/plugin'\nexport { ListBatch }\n")
    await redirectProgramImports()
    const bound = await import(`${pathToFileURL(file).href}?again`)
    assert.equal(bound.ListBatch, ListBatch)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

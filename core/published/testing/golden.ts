// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Fails unless the file contains `text`. With UPDATE_GOLDEN=1 in the environment the file is written instead; review the diff
 * before you commit it.
 */
export function assertGolden(file: string | URL, text: string, environment: NodeJS.ProcessEnv = process.env): void {
  const path = typeof file === 'string' ? file : fileURLToPath(file)
  if (environment.UPDATE_GOLDEN === '1') {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return
  }
  assert.ok(existsSync(path), `golden file ${path} does not exist: run the test with UPDATE_GOLDEN=1 and review the file`)
  assert.equal(
    text,
    readFileSync(path, 'utf8'),
    `the text differs from ${path}: if the new text is right, run the test with UPDATE_GOLDEN=1`,
  )
}

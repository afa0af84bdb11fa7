// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Fails unless `text` is what the file holds. With UPDATE_GOLDEN=1 in the environment the file is written instead, and what
 * has changed in it is for its author to read.
 */
export function assertGolden(file: string | URL, text: string, environment: NodeJS.ProcessEnv = process.env): void {
  const path = typeof file === 'string' ? file : fileURLToPath(file)
  if (environment.UPDATE_GOLDEN === '1') {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return
  }
  assert.ok(existsSync(path), `there is no ${path} yet: run the test with UPDATE_GOLDEN=1 and read what it writes`)
  assert.equal(text, readFileSync(path, 'utf8'), `not what ${path} holds: if it is right, run the test with UPDATE_GOLDEN=1`)
}

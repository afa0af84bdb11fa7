// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { assertGolden } from './golden.js'
import { mockClock } from './test-clock.js'

test('the mocked clock advances on request and waits for timers that other timers set', async t => {
  const clock = mockClock(t, 1000)
  const seen: number[] = []
  const repeated = setInterval(() => seen.push(clock.now), 400)
  const slept = (async () => {
    await sleep(500)
    await sleep(500)
    seen.push(-clock.now)
  })()
  await clock.advance(900)
  assert.deepEqual(seen, [1400, 1800])
  await clock.advance(100)
  clearInterval(repeated)
  await slept
  assert.deepEqual(seen, [1400, 1800, -2000])
})

test('advancing by an hour takes no time and is exact to the millisecond', async t => {
  const clock = mockClock(t)
  const begin = clock.now
  await clock.advance(3_600_001)
  assert.equal(clock.now - begin, 3_600_001)
})

test('a golden file is written on request, and compared otherwise', () => {
  const folder = mkdtempSync(join(tmpdir(), 'golden-'))
  const path = join(folder, 'new', 'lines.txt')
  try {
    assert.throws(
      () => assertGolden(path, 'a\n', {}),
      /golden file .*lines\.txt does not exist: run the test with UPDATE_GOLDEN=1/,
    )
    assertGolden(pathToFileURL(path), 'a\n', { UPDATE_GOLDEN: '1' })
    assert.equal(readFileSync(path, 'utf8'), 'a\n')
    assertGolden(path, 'a\n', {})
    assert.throws(() => assertGolden(path, 'b\n', {}), /the text differs from .*lines\.txt/)
    assert.equal(readFileSync(path, 'utf8'), 'a\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

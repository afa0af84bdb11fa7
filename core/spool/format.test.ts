// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { NEVER_ABORTED } from '../contract/stage.js'
import { DISK_FILES } from './disk-files.js'
import { POSITION_BYTES } from './spool-position.js'
import { readAll, spoolIn } from './testing/spool-folder.js'

const folder = mkdtempSync(join(tmpdir(), 'spool-format-'))
after(() => rmSync(folder, { recursive: true }))

/** A folder as the first release wrote it: four records in one segment, of which the first was delivered. */
const SEGMENT = '0000000001-0000000000000001-e74275f6.spool'
const FRAMES = [
  '9VNGAQoAAAABAAAAAAAAAAAAAABo8kPlt0asNmRlbGl2ZXJlZAo=',
  '9VNGAQYAAAACAAAAAAAAAAEAAABMp3Uk+hPH3GZpcnN0Cg==',
  '9VNGAQcAAAADAAAAAAAAAAIAAAC79yqFeYxugnNlY29uZAo=',
  '9VNGAQYAAAAEAAAAAAAAAAAAAABU9RRettTQGHRoaXJkCg==',
]
const PLACES = [
  '53465053504f5331020000000000000001000000000000000500000000000000af1f2de2',
  '53465053504f53310100000000000000000000000000000001000000000000005fa100fa',
]

test('a folder of the first release is read', async () => {
  writeFileSync(join(folder, SEGMENT), Buffer.concat(FRAMES.map(frame => Buffer.from(frame, 'base64'))))
  const position = Buffer.alloc(POSITION_BYTES)
  PLACES.forEach((place, index) => {
    position.set(Buffer.from(place, 'hex'), (index * POSITION_BYTES) / 2)
  })
  writeFileSync(join(folder, 'position'), position)
  const { spool, reported } = spoolIn(DISK_FILES, folder)
  await spool.open()
  assert.deepEqual([(await readAll(spool)).texts, reported], [['first', 'second', 'third'], []])
  await assert.doesNotReject(spool.append({ bytes: Buffer.from('x\n'), length: 1, ends: Uint32Array.of(2) }, NEVER_ABORTED))
  await spool.close()
})

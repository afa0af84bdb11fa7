// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { brokenLinks } from './broken-links.js'

test('links to files outside the folder are found, on every page; URLs, anchors and code are ignored', () => {
  const root = mkdtempSync(join(tmpdir(), 'links-'))
  mkdirSync(join(root, 'docs'))
  writeFileSync(
    join(root, 'docs', 'a.md'),
    '[r](../README.md#x) [b](b.md) ![p](p.png) [up](../../outside.md)\n```sh\n[c](c.md)\n```\n`[d](d.md)`',
  )
  writeFileSync(join(root, 'README.md'), '[a](docs/a.md) [web](https://example.org/x) [here](#here) [docs](docs)')
  assert.deepEqual(brokenLinks(root), ['docs/a.md: b.md', 'docs/a.md: p.png', 'docs/a.md: ../../outside.md'])
})

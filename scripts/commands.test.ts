// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { type Block, blocksOf, documents } from './documents.js'

/**
 * Runs the blocks `sh run` of all pages, those of a page one after the other in a folder of its own; `sh run fails` must fail.
 * A block `text output` after one shows its output: these lines in this order, possibly with others between them. A block
 * `ts FILE` shows lines of that file. blocks.test.ts checks the other kinds.
 */
const folder = mkdtempSync(join(tmpdir(), 'commands-'))
after(() => rmSync(folder, { recursive: true }))

const BIN = join(folder, 'bin')
mkdirSync(BIN)
/** The compiled program, or its source if the tests themselves run from source. */
const MAIN = ['dist/driver/main.js', 'driver/main.ts'].map(path => resolve(path))[import.meta.url.endsWith('.ts') ? 1 : 0] ?? ''
const FLAGS = process.execArgv.filter(flag => !flag.startsWith('--test'))
writeFileSync(
  join(BIN, 'sfprocessor'),
  `#!/bin/sh\nexec ${[process.execPath, ...FLAGS, MAIN].map(word => `'${word}'`).join(' ')} "$@"\n`,
  { mode: 0o755 },
)

for (const [index, page] of documents().entries()) {
  const blocks = blocksOf(page)
  const commands = blocks.filter(({ kind }) => kind === 'sh run' || kind === 'sh run fails')
  if (commands.length === 0) continue
  const lacks = page.path.startsWith('plugins/') && !existsSync('dist/plugins') && 'plugins are not compiled'
  test(`the commands of ${page.path} give the documented output`, { skip: lacks }, async context => {
    const workFolder = join(folder, String(index))
    mkdirSync(workFolder)
    for (const name of ['resources', 'policies', 'plugins', 'dist']) symlinkSync(resolve(name), join(workFolder, name))
    for (const command of commands) {
      const shown = blocks[blocks.indexOf(command) + 1]
      await context.test(`line ${command.line}`, () => {
        const { status, stdout } = spawnSync('sh', ['-c', `exec 2>&1\n${command.text}`], {
          cwd: workFolder,
          encoding: 'utf8',
          env: { PATH: `${BIN}:${process.env.PATH ?? ''}`, LC_ALL: 'C' },
          timeout: 60_000,
        })
        assert.equal(status === 0, command.kind === 'sh run', `exit status ${status}\n${stdout}`)
        if (shown?.kind === 'text output') assertShows(stdout, shown)
      })
    }
  })
}

for (const block of documents().flatMap(blocksOf)) {
  const [, file] = /^ts (\S+)$/.exec(block.kind) ?? []
  if (file === undefined) continue
  test(`${block.path}, line ${block.line} shows lines of ${file}`, () => {
    const source = existsSync(file)
      ? readFileSync(file, 'utf8')
          .split('\n')
          .map(line => line.trim())
      : []
    for (const line of block.text.trimEnd().split('\n')) assert.ok(source.includes(line.trim()), line)
  })
}

function assertShows(printed: string, { text, path, line }: Block): void {
  const lines = printed.split('\n')
  let next = 0
  for (const expected of text.trimEnd().split('\n')) {
    if (expected.trim() === '...') continue
    const pattern = new RegExp(`^${expected.trim().split('...').map(escaped).join('.*')}$`)
    const found = lines.findIndex((candidate, at) => at >= next && pattern.test(candidate.trim()))
    assert.ok(found >= 0, `${path}, line ${line}: not printed, or not in this place: ${expected}\nprinted:\n${printed}`)
    next = found + 1
  }
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { RECORD_TYPES, SOME_SYSFLOW_NAMES } from '../../../../plugins/sysflow/testing/attribute-names.js'
import { Faults } from '../../../errors/fault.js'
import { formatFaults } from '../../../errors/format-fault.js'
import { shared, withoutShared } from '../../../testing/shared.js'
import { loadPolicies } from '../load.js'
import { PolicyFindings } from '../policy-findings.js'
import { findFiles } from '../read-sources.js'
import { loadCachedPolicies, PolicyCache } from './load-cached-policies.js'

const RULES = `
- list: shells
  items: [bash, 'sh', "z sh"]
- macro: shell
  condition: proc.name in (shells, fish) and not fd.name pmatch (/a, [b, c])
- rule: Shell
  desc: a shell # of any kind
  condition: >
    shell and
    proc.args contains "-c"
  priority: warning
  tags: [a, b]
  colour: red
- rule: Shell
  append: true
  condition: or proc.name = ash
  tags: [c]
- filter: quiet
  condition: fd.name startswith "/proc"
  enabled: false
`

const scratch = (): string => mkdtempSync(join(tmpdir(), 'sfprocessor-kept-'))

/** The trace messages of the log, and a cache that writes them. */
function cacheIn(folder: string, version = '1'): { readonly cache: PolicyCache; readonly traces: string[] } {
  const traces: string[] = []
  return { cache: new PolicyCache(folder, version, { trace: text => traces.push(text) }), traces }
}

async function outcome(paths: readonly string[], cache: PolicyCache | undefined): Promise<unknown> {
  try {
    const { policy, warnings, files } = await loadCachedPolicies(paths, SOME_SYSFLOW_NAMES, RECORD_TYPES, cache)
    return { policy, files, warnings: warnings.map(formatFaults) }
  } catch (error) {
    if (!(error instanceof Faults)) throw error
    return error.faults.map(formatFaults)
  }
}

function plainly(paths: readonly string[]): unknown {
  try {
    const { policy, warnings, files } = loadPolicies(paths, SOME_SYSFLOW_NAMES, RECORD_TYPES)
    return { policy, files, warnings: warnings.map(formatFaults) }
  } catch (error) {
    if (!(error instanceof Faults)) throw error
    return error.faults.map(formatFaults)
  }
}

function written(text: string): { readonly file: string; readonly folder: string } {
  const root = scratch()
  const file = join(root, 'rules.yaml')
  writeFileSync(file, text)
  return { file, folder: join(root, 'cache') }
}

const entriesIn = (folder: string): string[] => readdirSync(folder).map(name => join(folder, name))

function onlyEntry(folder: string): string {
  const [entry, ...others] = entriesIn(folder)
  assert.equal(others.length, 0)
  return entry ?? assert.fail('nothing was kept')
}

test('a cached load gives the same policy and warnings', async () => {
  const { file, folder } = written(RULES)
  const expected = plainly([file])
  const first = cacheIn(folder)
  assert.deepEqual(await outcome([file], first.cache), expected)
  assert.equal(first.traces.length, 1)
  const { mtimeMs } = statSync(onlyEntry(folder))
  const second = cacheIn(folder)
  assert.deepEqual(await outcome([file], second.cache), expected)
  assert.deepEqual(second.traces, [])
  assert.equal(statSync(onlyEntry(folder)).mtimeMs, mtimeMs)
})

test('without a cache nothing is stored, and the result is the same', async () => {
  const { file } = written(RULES)
  assert.deepEqual(await outcome([file], undefined), plainly([file]))
})

for (const [name, roots] of [
  ['shipped', ['policies', join('resources', 'pipelines')]],
  ['shared', [shared('policies')]],
] as const) {
  test(`each ${name} file, and each folder, gives the same result without the cache, cold and warm`, {
    skip: name === 'shared' && withoutShared,
  }, async () => {
    const folder = join(scratch(), 'cache')
    const files = findFiles(roots, new PolicyFindings())
    const folders = new Set(files.map(file => join(file, '..')))
    for (const path of [...files, ...folders]) {
      const expected = plainly([path])
      assert.deepEqual(await outcome([path], cacheIn(folder).cache), expected, `${path}, cold`)
      assert.deepEqual(await outcome([path], cacheIn(folder).cache), expected, `${path}, warm`)
    }
  })
}

test('cached rules are checked with the current attributes, not with those of the time when they were stored', async () => {
  const { file, folder } = written('- rule: r\n  desc: d\n  condition: proc.nam = a\n')
  const first = await outcome([file], cacheIn(folder).cache)
  const warm = cacheIn(folder)
  assert.deepEqual(await outcome([file], warm.cache), first)
  assert.deepEqual(warm.traces, [])
  assert.match(String(first), /SFP_POLICY_UNKNOWN_ATTRIBUTE/)
})

test('places refer to the current file name', async () => {
  const { file, folder } = written(RULES)
  await outcome([file], cacheIn(folder).cache)
  const moved = `${file}.moved.yaml`
  renameSync(file, moved)
  const warm = cacheIn(folder)
  assert.deepEqual(await outcome([moved], warm.cache), plainly([moved]))
  assert.deepEqual(warm.traces, [])
})

test('a changed text, a changed order of files and another program version are parsed again', async () => {
  const { file, folder } = written(RULES)
  const other = `${file}.other.yaml`
  writeFileSync(other, '- macro: m\n  condition: proc.name = a\n')
  await outcome([file, other], cacheIn(folder).cache)
  assert.equal(entriesIn(folder).length, 1)
  await outcome([other, file], cacheIn(folder).cache)
  await outcome([other], cacheIn(folder).cache)
  await outcome([other], cacheIn(folder, '2').cache)
  assert.equal(entriesIn(folder).length, 4)
})

test('a file that cannot be parsed is not cached', async () => {
  const { file, folder } = written('- rule: r\n  desc: d\n  condition: proc.name = = a\n')
  const { cache } = cacheIn(folder)
  assert.deepEqual(await outcome([file], cache), plainly([file]))
  assert.throws(() => readdirSync(folder))
})

test('a damaged entry is ignored and written again', async () => {
  const { file, folder } = written(RULES)
  const expected = plainly([file])
  await outcome([file], cacheIn(folder).cache)
  const entry = onlyEntry(folder)
  const whole = readFileSync(entry)
  const damages: (() => void)[] = [
    () => truncateSync(entry, 0),
    () => truncateSync(entry, 40),
    () => truncateSync(entry, whole.length - 1),
    () => writeFileSync(entry, Buffer.concat([whole, Buffer.from(' ')])),
    () => writeFileSync(entry, '{"rules":[]}'),
    () => {
      rmSync(entry)
      mkdirSync(entry)
    },
  ]
  for (let at = 0; at < whole.length; at += 97)
    damages.push(() => {
      const bytes = Buffer.from(whole)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8))
      writeFileSync(entry, bytes)
    })
  for (const damage of damages) {
    damage()
    const damaged = cacheIn(folder)
    assert.deepEqual(await outcome([file], damaged.cache), expected)
    assert.notEqual(damaged.traces.length, 0)
    if (statSync(entry).isDirectory()) rmSync(entry, { recursive: true })
    else assert.deepEqual(readFileSync(entry), whole)
  }
})

test('a folder or an entry that others can write is ignored and not written to', async () => {
  const { file, folder } = written(RULES)
  const expected = plainly([file])
  await outcome([file], cacheIn(folder).cache)
  const entry = onlyEntry(folder)
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  assert.equal(statSync(entry).mode & 0o777, 0o600)

  chmodSync(folder, 0o770)
  rmSync(entry)
  const open = cacheIn(folder)
  assert.deepEqual(await outcome([file], open.cache), expected)
  assert.deepEqual(
    open.traces.map(text => text.replace(folder, 'FOLDER')),
    [
      'policy cache not used: FOLDER is writable by other users',
      'cannot write the policy cache: FOLDER is writable by other users',
    ],
  )
  assert.deepEqual(entriesIn(folder), [])

  chmodSync(folder, 0o700)
  await outcome([file], cacheIn(folder).cache)
  chmodSync(entry, 0o666)
  const openEntry = cacheIn(folder)
  assert.deepEqual(await outcome([file], openEntry.cache), expected)
  assert.match(openEntry.traces.join(), /is writable by other users/)
  assert.equal(statSync(entry).mode & 0o777, 0o600)
})

test('a symbolic link instead of the folder or an entry is not followed', async () => {
  const { file, folder } = written(RULES)
  await outcome([file], cacheIn(folder).cache)
  const link = `${folder}-link`
  symlinkSync(folder, link)
  const linked = cacheIn(link)
  assert.deepEqual(await outcome([file], linked.cache), plainly([file]))
  assert.equal(linked.traces.length, 2)

  const entry = onlyEntry(folder)
  renameSync(entry, `${folder}-elsewhere`)
  symlinkSync(`${folder}-elsewhere`, entry)
  const linkedEntry = cacheIn(folder)
  assert.deepEqual(await outcome([file], linkedEntry.cache), plainly([file]))
  assert.equal(linkedEntry.traces.length, 1)
})

test('a cache that cannot be created is not an error', async () => {
  const { file } = written(RULES)
  for (const folder of [join(file, 'cache'), '/proc/sfprocessor/cache']) {
    const nowhere = cacheIn(folder)
    assert.deepEqual(await outcome([file], nowhere.cache), plainly([file]))
    assert.equal(nowhere.traces.length, 2)
  }
})

test('parent folders of the cache are created for the user only', async () => {
  const { file, folder } = written(RULES)
  const deep = join(folder, 'a', 'b')
  await outcome([file], cacheIn(deep).cache)
  assert.equal(entriesIn(deep).length, 1)
  for (const made of [folder, join(folder, 'a'), deep]) assert.equal(statSync(made).mode & 0o777, 0o700)
})

test('if there are too many entries, the oldest are deleted together with incomplete files', () => {
  const folder = join(scratch(), 'cache')
  const { cache } = cacheIn(folder)
  mkdirSync(folder, { mode: 0o700 })
  writeFileSync(join(folder, 'mine.txt'), '')
  writeFileSync(join(folder, 'k.policies.0.part'), '')
  utimesSync(join(folder, 'k.policies.0.part'), 1, 1)
  for (let number = 0; number < 70; number++) {
    cache.store(`k${number}`, 'text')
    utimesSync(join(folder, `k${number}.policies`), 1000 + number, 1000 + number)
  }
  assert.deepEqual(new Set(readdirSync(folder)), new Set(['mine.txt', ...range(6, 70).map(number => `k${number}.policies`)]))

  const large = 'x'.repeat(12 * 1024 * 1024)
  for (const key of ['a', 'b', 'c']) {
    cache.store(key, large)
    utimesSync(join(folder, `${key}.policies`), 5000, 5000 + key.charCodeAt(0))
  }
  assert.deepEqual(new Set(readdirSync(folder)), new Set(['mine.txt', 'b.policies', 'c.policies']))
  cache.store('d', large + large)
  assert.equal(cache.find('d'), undefined)
})

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)

// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { ListBatch, type RecordView, type RuleMatches, unevaluated } from 'sfprocessor/plugin'
import { conformanceSuite, ruleMatches, runEncoder } from 'sfprocessor/testing'
import { CefEncoder } from './cef-encoder.js'
import { headerText, truncateText, valueText } from './cef-text.js'
import { EXTENSION_KEYS } from './extension-keys.js'
import { plugin } from './index.js'

conformanceSuite(plugin)

const SCENARIO = `
start: 2024-05-01T10:00:00Z
processes:
  shop: { exe: /app/shop, pid: 7, user: root }
events:
  - { by: shop, spawn: sh, exe: /bin/sh, args: '-c "id|wc = 1"', pid: 8 }
  - { by: sh, mkdir: /tmp/x }
  - { by: sh, rename: /tmp/x, to: /tmp/y, ret: -13 }
  - { by: sh, read: /etc/passwd, received: 10, fd: 4 }
  - { by: sh, connect: "203.0.113.7:443", sent: 1 }
  - { k8s: pods, action: added, message: '{"kind":"Pod"}' }
`

/** The line of a record with only these values. */
function lineOf(facts: { readonly values?: ReadonlyMap<string, string>; readonly matches?: RuleMatches }): string {
  const { values = new Map(), matches = null } = facts
  const record: RecordView = {
    value: name => values.get(name),
    text: name => values.get(name) ?? '',
    snapshot: () => values,
    matches,
  }
  const encoder = new CefEncoder({ vendor: 'SysFlow', product: 'sfprocessor', version: '1.0' }, { records: () => [record] })
  let line = ''
  const into = { text: (text: string) => { line += text }, finishRecord() {} } // biome-ignore format: one line
  encoder.encode(unevaluated(new ListBatch([1])), 0, 1, into as never)
  return line
}

/** The parts of a line as CEF parsers read them. */
function parsed(line: string): { header: readonly string[]; extension: ReadonlyMap<string, string> } {
  const parts = /^((?:[^|\\]|\\.)*\|){7}/s.exec(line)?.[0] ?? assert.fail(line)
  const header = [...parts.matchAll(/((?:[^|\\]|\\.)*)\|/gs)].map(match => (match[1] ?? '').replace(/\\([\\|])/g, '$1'))
  const rest = line.slice(parts.length)
  const keyMatches = [...rest.matchAll(/(?:^| )([\w.]+)=/g)].filter(
    ({ index }) => !/(?:^|[^\\])(?:\\\\)*\\$/.test(rest.slice(0, index)),
  )
  const extension = keyMatches.map((keyMatch, number) => {
    const from = keyMatch.index + keyMatch[0].length
    const text = rest.slice(from, keyMatches[number + 1]?.index)
    return [
      keyMatch[1] ?? '',
      text.replace(/\\([\\=nr])/g, (_, escaped: string) => ({ n: '\n', r: '\r' })[escaped] ?? escaped),
    ] as const
  })
  return { header, extension: new Map(extension) }
}

test('every record type has its keys, including those of processes, files and connections', async () => {
  const { lines } = await runEncoder(plugin, { records: { scenario: SCENARIO, evaluate: () => null } })
  const shell =
    'suser=root suid=0 sproc=/bin/sh spid=8 cs1=/bin/sh -c "id|wc \\= 1" cs1Label=commandLine cs2=/app/shop cs2Label=parentCommandLine cn2=7 cn2Label=parentPid'
  assert.deepEqual(lines, [
    'CEF:0|SysFlow|sfprocessor|0.0.0-test|PE|Process event|0|rt=1714557600001 dvchost=simulation dvc=127.0.0.1 cat=PE act=CLONE outcome=success cn1=8 cn1Label=returnValue suser=root suid=0 sproc=/app/shop spid=7 cs1=/app/shop cs1Label=commandLine',
    'CEF:0|SysFlow|sfprocessor|0.0.0-test|PE|Process event|0|rt=1714557600001 dvchost=simulation dvc=127.0.0.1 cat=PE act=CLONE outcome=success cn1=0 cn1Label=returnValue suser=root suid=0 sproc=/app/shop spid=8 cs1=/app/shop cs1Label=commandLine cs2=/app/shop cs2Label=parentCommandLine cn2=7 cn2Label=parentPid',
    `CEF:0|SysFlow|sfprocessor|0.0.0-test|PE|Process event|0|rt=1714557600001 dvchost=simulation dvc=127.0.0.1 cat=PE act=EXEC outcome=success cn1=0 cn1Label=returnValue ${shell}`,
    `CEF:0|SysFlow|sfprocessor|0.0.0-test|FE|File event|0|rt=1714557600002 dvchost=simulation dvc=127.0.0.1 cat=FE act=MKDIR outcome=success cn1=0 cn1Label=returnValue ${shell} fname=x filePath=/tmp/x`,
    `CEF:0|SysFlow|sfprocessor|0.0.0-test|FE|File event|0|rt=1714557600003 dvchost=simulation dvc=127.0.0.1 cat=FE act=RENAME outcome=failure cn1=-13 cn1Label=returnValue ${shell} fname=y filePath=/tmp/y oldFilePath=/tmp/x`,
    `CEF:0|SysFlow|sfprocessor|0.0.0-test|FF|File flow|0|rt=1714557600004 end=1714557600004 dvchost=simulation dvc=127.0.0.1 cat=FF act=OPEN,CLOSE,READ ${shell} fname=passwd filePath=/etc/passwd in=10`,
    'CEF:0|SysFlow|sfprocessor|0.0.0-test|KE|Kubernetes event|0|rt=1714557600006 dvchost=simulation dvc=127.0.0.1 cat=KE act=K8S_COMPONENT_ADDED cs5=K8S_PODS cs5Label=component msg={"kind":"Pod"}',
    `CEF:0|SysFlow|sfprocessor|0.0.0-test|NF|Network flow|0|rt=1714557600005 end=1714557600025 dvchost=simulation dvc=127.0.0.1 cat=NF act=CONNECT,CLOSE,SEND ${shell} src=127.0.0.1 spt=32768 dst=203.0.113.7 dpt=443 proto=TCP out=1`,
  ])
})

test('an alert has its most severe rule in the header, and all rules and action additions in the extension', () => {
  const grave = ruleMatches('second', { priority: 'critical', description: 'worse', tags: ['t1', 't2'] })
  const mild = ruleMatches('first', {
    priority: 'low',
    description: 'mild',
    tags: ['t1'],
    contextTags: ['seen'],
    fields: { 'a b': 1n },
  })
  const line = lineOf({
    values: new Map([
      ['sf.type', 'FF'],
      ['sf.opflags', 'READ'],
    ]),
    matches: { ...mild, rules: [...mild.rules, ...grave.rules] },
  })
  assert.equal(
    line,
    'CEF:0|SysFlow|sfprocessor|1.0|second|second|9|cat=FF act=READ msg=worse flexString1=first,second flexString1Label=rules cs6=seen,t1,t2 cs6Label=tags ad.a_b=1',
  )
})

test('vendor and product are settings', async () => {
  const { lines } = await runEncoder(plugin, { options: { 'cef.vendor': 'Exa|mple', 'cef.product': 'edge' } })
  assert.ok(lines.length > 10)
  for (const line of lines) assert.ok(line.startsWith('CEF:0|Exa\\|mple|edge|0.0.0-test|'), line)
})

test('for any record, the line can be parsed back, without terminal control characters', () => {
  const any = fc.string({
    unit: fc.constantFrom('a', ' ', '|', '\\', '=', '\n', '\r', '\t', '\u{1b}', 'ü', '\u{1f600}', 'cs1=', 'rt'),
  })
  const attributes = ['sf.proc.exe', 'sf.proc.cmdline', 'sf.file.path', 'sf.container.name'] as const
  fc.assert(
    fc.property(fc.tuple(any, any, any, any), any, any, (texts, rule, tag) => {
      const values = new Map<string, string>([
        ...attributes.map((name, index) => [name, texts[index] ?? ''] as const),
        ['sf.type', 'FF'],
      ])
      const line = lineOf({ values, matches: ruleMatches(rule, { tags: [tag] }) })
      assert.doesNotMatch(line, /\p{Cc}/u)
      const { header, extension } = parsed(line)
      assert.equal(header[4], rule.replace(/\p{Cc}/gu, ' '))
      const expected = [['sproc', texts[0]], ['cs1', texts[1]], ['filePath', texts[2]], ['cs3', texts[3]], ['flexString1', rule], ['cs6', tag]] as const // biome-ignore format: a table
      for (const [key, text = ''] of expected) {
        const written = extension.get(key) ?? ''
        const trims = key.startsWith('f') || key === 'cs6' ? text : text.trim()
        assert.equal(written, trims.replace(/[^\P{Cc}\n\r]/gu, ' '), key)
      }
    }),
  )
})

test('no value is longer than the format allows, and no character is cut', () => {
  const long = `${'x'.repeat(1022)}\u{1f600}y`
  const { extension } = parsed(
    lineOf({
      values: new Map([
        ['sf.file.path', long],
        ['sf.type', 'FE'],
      ]),
    }),
  )
  assert.equal(extension.get('filePath'), 'x'.repeat(1022))
  assert.equal(truncateText('abc', 3), 'abc')
})

test('every key of the table is explained in the README, and no other', () => {
  const readme = readFileSync(
    new URL(
      import.meta.url.includes('/dist/') ? '../../../../../plugins/examples/encoders/cef/README.md' : 'README.md',
      import.meta.url,
    ),
    'utf8',
  )
  const documented = [...readme.matchAll(/^\| `([A-Za-z0-9]+)` \|/gm)].map(match => match[1])
  assert.deepEqual(documented, [...new Set(EXTENSION_KEYS.map(({ key }) => key))])
})

test('header and extension are escaped differently', () => {
  assert.equal(headerText('a|b\\c=d\ne'), 'a\\|b\\\\c=d e')
  assert.equal(valueText('a|b\\c=d\r\ne\u{7}'), 'a|b\\\\c\\=d\\r\\ne ')
})

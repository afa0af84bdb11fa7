// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatFault, formatFaults } from '../../../errors/format-fault.js'
import { SourceText, sourcePositionOf } from '../../../errors/source-text.js'
import { shared, withoutShared } from '../../../testing/shared.js'
import { itemText } from '../declare/declarations.js'
import { parseCondition } from '../parse.js'
import { PolicyFindings } from '../policy-findings.js'
import { printCondition } from '../print-condition.js'
import type { EntryFieldValue, PolicyEntry, ReadResult } from './policy-entry.js'
import { readEntries } from './read-entries.js'
import { readGrammar } from './read-grammar.js'
import { readYaml } from './read-yaml.js'

function entriesOf(reading: ReadResult): readonly PolicyEntry[] {
  if ('failure' in reading) assert.fail(`refused: ${reading.failure.reason}`)
  return reading.entries
}

/** Fields as [key, value] where a value is a text or a list of texts. */
const plain = (entries: readonly PolicyEntry[]) =>
  entries.map(({ fields }) => fields.map(({ key, value }) => [key, plainValue(value)]))
const plainValue = (value: EntryFieldValue): unknown =>
  value.kind === 'text' ? value.text : value.kind === 'list' ? value.items.map(item => item.text) : value.kind
const yaml = (text: string) => readYaml(new SourceText('y', text), new PolicyFindings())
const words = (text: string) => readGrammar(new SourceText('g', text), new PolicyFindings())

function read(text: string): { readonly entries: unknown; readonly reportedText: string } {
  const source = new SourceText('p.yaml', text)
  const findings = new PolicyFindings()
  const entries = plain(readEntries(source, findings))
  const warnings = findings.warnings([source]).map(formatFault)
  try {
    findings.throwErrors([source])
  } catch (error) {
    return { entries, reportedText: [...warnings, formatFaults(error)].join('\n') }
  }
  return { entries, reportedText: warnings.join('\n') }
}

// --- the YAML front end ---

test('a valid YAML file is read as YAML: anchors, merged mappings, block lists, folded texts, quoted keys', () => {
  const text = `
- &base
  "rule": One
  desc: >
    folded
    text
  condition: |
    a = b
  tags: &tags
    - x
    - 'y z'
- <<: *base
  rule: Two
  tags: [*tags, "q"]
`
  assert.deepEqual(plain(entriesOf(yaml(text))), [
    [
      ['rule', 'One'],
      ['desc', 'folded text\n'],
      ['condition', 'a = b\n'],
      ['tags', ['x', 'y z']],
    ],
    [
      ['rule', 'Two'],
      ['tags', ['x', 'y z', 'q']],
      ['desc', 'folded text\n'],
      ['condition', 'a = b\n'],
    ],
  ])
})

test('every plain value is a string, not a number, boolean or date', () => {
  const values = ['080', '1e3', 'yes', 'True', '0x1F', '1_000', '2024-01-01', 'null', '1.10']
  assert.deepEqual(plain(entriesOf(yaml(`- list: l\n  items: [${values.join(', ')}]`))), [
    [
      ['list', 'l'],
      ['items', values],
    ],
  ])
})

test('several documents count as one file, and empty documents are ignored', () => {
  assert.deepEqual(plain(entriesOf(yaml('---\n- macro: a\n---\n\n---\n- macro: b\n...\n'))), [[['macro', 'a']], [['macro', 'b']]])
})

test('a byte-order mark and Windows line ends are accepted', () => {
  const text = '\uFEFF- rule: r\r\n  condition: a = b\r\n    and c\r\n'.slice(1)
  assert.deepEqual(plain(entriesOf(yaml(text))), [
    [
      ['rule', 'r'],
      ['condition', 'a = b and c'],
    ],
  ])
})

test('an alias that expands a short file excessively is refused', () => {
  const lists = Array.from(
    { length: 12 },
    (_, level) =>
      `- list: l${level}\n  items: &l${level} [${Array(10)
        .fill(level === 0 ? 'x' : `*l${level - 1}`)
        .join(', ')}]`,
  )
  assert.match(read(lists.join('\n')).reportedText, /SFP_POLICY_TOO_MANY/)
  assert.match(read('- list: l\n  items: &a [x, *a]').reportedText, /^$/)
  assert.match(read('- list: l\n  items: [*nowhere]').reportedText, /^p.yaml:2:11 {2}SFP_POLICY_ALIAS/)
})

// --- positions of the characters of a condition ---

const SCALARS: readonly (readonly [name: string, text: string])[] = [
  ['plain', '- macro: m\n  condition: aa = b and\n    x in (c,\n     bad)\n'],
  ['literal', '- macro: m\n  condition: |\n    aa = b and\n    x in (c,\n     bad)\n'],
  ['folded', '- macro: m\n  condition: >-  # note\n    aa = b and # bad\n    x in (c,\n     bad)\n'],
  ['single quoted', "- macro: m\n  condition: 'aa = ''b''\n    and x in (c,\n\n     bad)'\n"],
  ['double quoted', '- macro: m\n  condition: "aa = \\"b\\" and\\\n    \\x20x in\\t(c, \\u0063,\n     bad)"\n'],
]
for (const [name, text] of SCALARS)
  test(`an error in a ${name} condition has its place in the file`, () => {
    const source = new SourceText('p', text)
    const findings = new PolicyFindings()
    const value = readEntries(source, findings)[0]?.fields[1]?.value
    assert.ok(value?.kind === 'text')
    const tree = parseCondition(value.mappedText(), findings)
    findings.throwErrors([source])
    assert.ok(tree?.kind === 'and' && tree.terms[1]?.kind === 'comparison')
    const last = tree.terms[1].right.at(-1)
    const start = text.lastIndexOf('bad')
    assert.deepEqual([last?.span.start, last?.span.end], [start, start + 3])
    assert.equal(
      sourcePositionOf(tree.terms[0]?.span ?? { source, start: 0, end: 0 }).column,
      text
        .split('\n')
        .find(line => line.includes('aa'))!
        .indexOf('aa') + 1,
    )
  })

test('a quoted text across a folded line has one space there; a comment ends with its line', () => {
  const source = new SourceText('p', '- macro: m\n  condition: >\n    a = "x\n      y" # and "\n    and b\n')
  const value = readEntries(source, new PolicyFindings())[0]?.fields[1]?.value
  assert.ok(value?.kind === 'text')
  const tree = parseCondition(value.mappedText(), new PolicyFindings())
  assert.equal(tree && printCondition(tree), 'a = "x y" and b')
})

test('the condition of a quoted scalar contains the unescaped characters', () => {
  const character = fc.constantFrom('a', ' ', "'", '"', '\\', '\t', 'é', '💥', ':', '=', '(')
  fc.assert(
    fc.property(fc.array(character, { maxLength: 20 }), characters => {
      // The inside of a quoted text in a condition is folded. The text has no line breaks here, so only spaces at line ends
      // differ.
      const text = `x${characters.join('')}x`
      for (const quoted of [JSON.stringify(text), `'${text.replaceAll("'", "''")}'`]) {
        const value = readEntries(new SourceText('p', `- macro: m\n  condition: ${quoted}\n`), new PolicyFindings())[0]?.fields[1]
          ?.value
        assert.ok(value?.kind === 'text')
        assert.equal(value.mappedText().text, value.text)
        assert.equal(value.text, text)
      }
    }),
  )
})

// --- the grammar front end ---

test('check 59: folded texts load with either parser, in one line or several', () => {
  const text = '- rule: r\n  desc: >\n    some\n    text\n  condition: >\n    a = b\n    and c\n'
  assert.deepEqual(plain(entriesOf(yaml(text))), [
    [
      ['rule', 'r'],
      ['desc', 'some text\n'],
      ['condition', 'a = b and c\n'],
    ],
  ])
  assert.deepEqual(plain(entriesOf(words(text))), [
    [
      ['rule', 'r'],
      ['desc', 'some\n    text'],
      ['condition', 'a = b\n    and c'],
    ],
  ])
  const line = read('- rule: r desc: > d condition: > a = b')
  assert.deepEqual(line.entries, [
    [
      ['rule', 'r'],
      ['desc', 'd'],
      ['condition', 'a = b'],
    ],
  ])
})

test('check 63: with the legacy parser, a description preserves inner line breaks and quotes exactly', () => {
  const text = '- rule: r\n\tdesc: "an attempt",\n\t  isn\'t it  # comment\n\tcondition: a'
  assert.deepEqual(plain(entriesOf(words(text))), [
    [
      ['rule', 'r'],
      ['desc', '"an attempt",\n\t  isn\'t it'],
      ['condition', 'a'],
    ],
  ])
})

test('the legacy parser accepts tabs, misaligned entries and Windows line ends, and is reported once', () => {
  const { entries, reportedText } = read(
    '- macro: a\r\n\tcondition: b = c\r\n - list: l\r\n  items: [x, "y z", \'"q"\',]\r\n- rule: r\n  desc: d\n  condition: a',
  )
  assert.deepEqual(entries, [
    [
      ['macro', 'a'],
      ['condition', 'b = c'],
    ],
    [
      ['list', 'l'],
      ['items', ['x', 'y z', '"q"']],
    ],
    [
      ['rule', 'r'],
      ['desc', 'd'],
      ['condition', 'a'],
    ],
  ])
  assert.equal(reportedText.split('\n')[0], 'p.yaml:2:2  warning SFP_POLICY_NOT_YAML')
  assert.equal(reportedText.match(/SFP_/g)?.length, 1)
})

test('check 73: the text after an output field is not part of it', () => {
  const text =
    '- rule: a\n  desc: d\n  condition: x\n  output: one - two (%proc.name)\n- rule: b\n\tdesc: d\n  condition: y\n  output: o\n- macro: m\n  condition: z'
  assert.deepEqual(
    entriesOf(words(text)).map(({ fields }) => fields.map(field => field.key)),
    [
      ['rule', 'desc', 'condition', 'output'],
      ['rule', 'desc', 'condition', 'output'],
      ['macro', 'condition'],
    ],
  )
})

test('fields can have any order, an unknown one without indentation is a field, an indented one is text', () => {
  const text =
    '- rule: a\n\n  tags: [x]\n  author: me\n  condition: y\n  desc: first\n    note: more\n  source: s\n\tpriority: low'
  assert.deepEqual(plain(entriesOf(words(text))), [
    [
      ['rule', 'a'],
      ['tags', ['x']],
      ['author', 'me'],
      ['condition', 'y'],
      ['desc', 'first\n    note: more'],
      ['source', 's'],
      ['priority', 'low'],
    ],
  ])
})

test('if no parser accepts a file, the one that came farther reports the error, once', () => {
  assert.equal(
    read('- rule: a\n   desc: b\n  tags: c [\n').reportedText.replace(/not YAML: .*/s, 'not YAML'),
    'p.yaml:3:9  SFP_POLICY_FILE_SYNTAX\n    3 |   tags: c [\n      |         ^ unexpected "c"; expected a list in brackets',
  )
  assert.match(read('just words').reportedText, /^p.yaml:1:1 {2}SFP_POLICY_NO_LIST[\s\S]*not a string/)
  assert.match(read('rule: a\ncondition: b').reportedText, /^p.yaml:1:1 {2}SFP_POLICY_NO_LIST[\s\S]*not a mapping/)
  assert.match(read('- a\n- b').reportedText, /^p.yaml:1:3 {2}SFP_POLICY_NO_ENTRY[\s\S]*found a string/)
  for (const nothing of ['', '# a comment\n', '---\n', '[]']) assert.match(read(nothing).reportedText, /SFP_POLICY_EMPTY/)
})

// --- both front ends ---

/** A few items of two shared files are written with escapes that only YAML has. */
const decoded = (text: string): string => text.replace('\\u003cNA\\u003e', '<NA>').replaceAll("''", "'")

/** The part of the entries in which both front ends must agree: YAML folds descriptions and removes their quotes. */
function comparable(entries: readonly PolicyEntry[]): unknown {
  return entries.map(({ fields }) =>
    fields.map(({ key, value }) => {
      if (value.kind === 'text' && key === 'condition') {
        const findings = new PolicyFindings()
        const tree = parseCondition(value.mappedText(), findings)
        return [key, tree ? printCondition(tree) : 'a fault']
      }
      if (value.kind === 'text')
        return [
          key,
          value.text
            .replace(/^["']|["']$/g, '')
            .replace(/\s+/g, ' ')
            .trim(),
        ]
      return [key, value.kind === 'list' ? value.items.map(item => [decoded(itemText(item)), item.quoted]) : value.kind]
    }),
  )
}

const FILES = withoutShared
  ? []
  : ['distribution', 'runtimeintegrity', 'tests'].flatMap(folder =>
      readdirSync(shared('policies', folder)).map(file => shared('policies', folder, file)),
    )

test('both parsers give the same result for every shared file that is valid YAML', { skip: withoutShared }, () => {
  let both = 0
  for (const file of FILES) {
    const source = new SourceText(file, readFileSync(file, 'utf8'))
    const first = readYaml(source, new PolicyFindings())
    if ('failure' in first) continue
    both++
    assert.deepEqual(comparable(entriesOf(readGrammar(source, new PolicyFindings()))), comparable(first.entries), file)
  }
  assert.equal(both, 16)
})

test('the six shared files that are not valid YAML are read by the legacy parser, with one warning each', {
  skip: withoutShared,
}, () => {
  const reportedText = FILES.flatMap(file => {
    const findings = new PolicyFindings()
    const source = new SourceText(file, readFileSync(file, 'utf8'))
    assert.notEqual(readEntries(source, findings).length, 0)
    findings.throwErrors([source])
    return findings.warnings([source]).map(({ code }) => code)
  })
  assert.deepEqual(reportedText, Array(6).fill('SFP_POLICY_NOT_YAML'))
})

test('any text is read or refused without an exception', () => {
  const soup = fc.array(
    fc.constantFrom(
      '- rule: a\n',
      '  desc: >\n',
      '  condition: a = b\n',
      '- list: l\n',
      '  items: [',
      ']',
      ',',
      '&a ',
      '*a',
      '"',
      "'",
      '<<: ',
      '{',
      '}',
      '\t',
      '|',
      '---\n',
      '? ',
      '!!x ',
      '# c\n',
      '💥',
      '\0',
      'x: ',
      '\n',
    ),
    { maxLength: 25 },
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        soup.map(parts => parts.join('')),
      ),
      text => {
        const source = new SourceText('p', text)
        const findings = new PolicyFindings()
        for (const { fields } of readEntries(source, findings))
          for (const { value } of fields) if (value.kind === 'text') parseCondition(value.mappedText(), findings)
      },
    ),
    { numRuns: 1000 },
  )
})

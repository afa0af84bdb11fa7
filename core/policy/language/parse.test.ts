// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatFaults } from '../../errors/format-fault.js'
import { SourceText, sourcePositionOf } from '../../errors/source-text.js'
import { withoutQuotes } from '../quotes.js'
import type { Atom, ComparisonMember, Expression } from './ast.js'
import { mappedSlice } from './mapped-text.js'
import { parseCondition } from './parse.js'
import { PolicyFindings } from './policy-findings.js'
import { printCondition } from './print-condition.js'

function parse(text: string): Expression {
  const source = new SourceText('c', text)
  const findings = new PolicyFindings()
  const tree = parseCondition(mappedSlice(source, 0, text.length), findings)
  findings.throwErrors([source])
  assert.ok(tree)
  return tree
}

function faultOf(text: string): string {
  try {
    parse(text)
  } catch (error) {
    return formatFaults(error)
  }
  return 'no fault'
}

/** A tree in short form, without positions. */
function shape(tree: Expression): unknown {
  switch (tree.kind) {
    case 'and':
    case 'or':
      return { [tree.kind]: tree.terms.map(shape) }
    case 'not':
      return { not: shape(tree.term) }
    case 'macro':
      return tree.name
    case 'comparison':
      return [
        tree.left.raw,
        tree.operator,
        ...tree.right.map(member => (member.kind === 'atom' ? member.raw : member.items.map(item => item.raw))),
      ]
    default:
      return tree satisfies never
  }
}

test('check 57: not binds more tightly than and, and more tightly than or', () => {
  assert.deepEqual(shape(parse('not a and b')), { and: [{ not: 'a' }, 'b'] })
  assert.deepEqual(shape(parse('a or b and c')), { or: ['a', { and: ['b', 'c'] }] })
  assert.deepEqual(shape(parse('(a or b) and not (c or d)')), { and: [{ or: ['a', 'b'] }, { not: { or: ['c', 'd'] } }] })
})

test('every operator is parsed, including glob and regex, which can also be values and names', () => {
  for (const operator of ['=', '!=', '<', '<=', '>', '>=', 'contains', 'icontains', 'startswith', 'endswith', 'glob', 'regex'])
    assert.deepEqual(shape(parse(`a.b ${operator} c`)), ['a.b', operator, 'c'])
  assert.deepEqual(shape(parse('a exists')), ['a', 'exists'])
  assert.deepEqual(shape(parse('a in (b, "c", [d, e,])')), ['a', 'in', 'b', '"c"', ['d', 'e']])
  assert.deepEqual(shape(parse('a pmatch (/b)')), ['a', 'pmatch', '/b'])
  assert.deepEqual(shape(parse('glob and regex = glob')), { and: ['glob', ['regex', '=', 'glob']] })
})

test('keywords of later Falco versions are parsed, and can also be values and names', () => {
  assert.deepEqual(shape(parse('a intersects ("-V", b)')), ['a', 'intersects', '"-V"', 'b'])
  assert.deepEqual(shape(parse('a bcontains cafe or b bstartswith 00ff')), {
    or: [
      ['a', 'bcontains', 'cafe'],
      ['b', 'bstartswith', '00ff'],
    ],
  })
  assert.deepEqual(shape(parse('intersects and bcontains = bstartswith')), {
    and: ['intersects', ['bcontains', '=', 'bstartswith']],
  })
})

test('a backslash alone is a value', () => {
  assert.deepEqual(shape(parse('(a endswith \\)')), ['a', 'endswith', '\\'])
})

test('spaces around symbol operators are optional, and < and > can be values', () => {
  assert.deepEqual(shape(parse('a=b and c!=/d')), {
    and: [
      ['a', '=', 'b'],
      ['c', '!=', '/d'],
    ],
  })
  assert.deepEqual(shape(parse('evt.dir = < and evt.dir=>')), {
    and: [
      ['evt.dir', '=', '<'],
      ['evt.dir', '=', '>'],
    ],
  })
})

test('Q42: a negative number is a value', () => {
  assert.deepEqual(shape(parse('sf.ret = -2 or sf.ret < -13.5')), {
    or: [
      ['sf.ret', '=', '-2'],
      ['sf.ret', '<', '-13.5'],
    ],
  })
})

test('a word can contain dots, stars, dashes and a suffix in brackets; a tag has a colon', () => {
  for (const word of [
    'sf.ke.message[items.0.name]',
    'a[0]',
    'x.y-z*',
    'user:root',
    '10.0.0.1',
    '/bin/*.sh',
    './x',
    'nix*',
    '--login',
  ])
    assert.deepEqual(shape(parse(`a = ${word}`)), ['a', '=', word])
})

test('check 72: a string ends at the first quote of its kind, so a line can have two empty strings', () => {
  assert.deepEqual(shape(parse('a = "" or b = ""')), {
    or: [
      ['a', '=', '""'],
      ['b', '=', '""'],
    ],
  })
  assert.deepEqual(shape(parse("a = '' or b = ''")), {
    or: [
      ['a', '=', "''"],
      ['b', '=', "''"],
    ],
  })
  assert.deepEqual(shape(parse('a in ("", "") and b = ""')), {
    and: [
      ['a', 'in', '""', '""'],
      ['b', '=', '""'],
    ],
  })
})

test('a string loses its quotes, in all six forms', () => {
  const cases = [
    ['"x y"', 'x y'],
    ["'x y'", 'x y'],
    [`'"x y"'`, '"x y"'],
    ['""x y""', 'x y'],
    ["''x y''", 'x y'],
    ['\\"x y\\"', 'x y'],
    ["\\'x y\\'", 'x y'],
    ['"C:\\dir\\"', 'C:\\dir\\'],
    ['"a,b"', 'a,b'],
  ] as const
  for (const [raw, text] of cases) {
    const tree = parse(`a = ${raw}`)
    assert.ok(tree.kind === 'comparison' && tree.right[0]?.kind === 'atom')
    assert.equal(tree.right[0].text, text)
    assert.equal(tree.right[0].quoted, true)
  }
})

test('a quote after a backslash belongs to the string if no other reading is valid, as in Falco rules', () => {
  const tree = parse('a startswith "sh -c \\"/run/env\\" push" or b')
  assert.ok(tree.kind === 'or' && tree.terms[0]?.kind === 'comparison' && tree.terms[0].right[0]?.kind === 'atom')
  assert.equal(tree.terms[0].right[0].text, 'sh -c "/run/env" push')
  assert.equal(tree.terms[0].right[0].raw, '"sh -c \\"/run/env\\" push"')
})

test('check 60: a comment after any token extends to the end of the line, and # inside a string starts none', () => {
  assert.deepEqual(shape(parse('a # x and (\n and # y\n b = "#c" # z')), { and: ['a', ['b', '=', '"#c"']] })
})

test('check 61: a trailing comma is rejected in in (...)', () => {
  assert.equal(
    faultOf('a in (b,)'),
    'c:1:9  SFP_POLICY_CONDITION\n    1 | a in (b,)\n      |         ^ unexpected ")"; expected a value',
  )
})

test('check 62: &&, ==, upper-case AND and ! are rejected, with the correct operator', () => {
  assert.match(faultOf('a && b'), /c:1:3 {2}SFP_POLICY_CONDITION[\s\S]*Write "and"$/)
  assert.match(faultOf('a || b'), /c:1:3 {2}SFP_POLICY_CONDITION[\s\S]*Write "or"$/)
  assert.match(faultOf('a == b'), /c:1:4 {2}SFP_POLICY_CONDITION[\s\S]*Write "=" for equality$/)
  assert.match(faultOf('a = b AND c'), /c:1:7 {2}SFP_POLICY_CONDITION[\s\S]*Write keywords in lower case: and$/)
  assert.match(faultOf('!a'), /c:1:1 {2}SFP_POLICY_CONDITION[\s\S]*Write "not"$/)
})

test('check 58: a reserved word as a bare value is reported with line and column', () => {
  assert.equal(
    faultOf('a = x and\n  b = alert'),
    'c:2:7  SFP_POLICY_RESERVED_WORD\n    2 |   b = alert\n      |       ^^^^^ "alert" is a reserved word; to use it as a value, put it in quotes',
  )
  assert.match(faultOf('a = WARNING'), /SFP_POLICY_RESERVED_WORD/)
  assert.deepEqual(shape(parse('a = "alert"')), ['a', '=', '"alert"'])
})

test('missing, surplus and unclosed tokens are reported by name', () => {
  assert.match(faultOf('a ='), /SFP_POLICY_CONDITION_ENDS[\s\S]*unexpected end of the condition; expected a value$/)
  assert.match(faultOf('(a'), /SFP_POLICY_CONDITION_ENDS[\s\S]*expected "and", "or" or "\)"$/)
  assert.match(faultOf(''), /SFP_POLICY_CONDITION_ENDS/)
  assert.match(faultOf('a = "x'), /open quote/)
  assert.match(faultOf('"x"'), /SFP_POLICY_VALUE_ALONE/)
  assert.match(faultOf('exists a'), /Write exists after the name: NAME exists/)
  assert.match(faultOf('a in b'), /unexpected "b"; expected "\("/)
})

test('every node has its place', () => {
  const tree = parse('a and\n  not b.c in (d, "e")')
  assert.ok(tree.kind === 'and')
  const [, not] = tree.terms
  assert.ok(not?.kind === 'not' && not.term.kind === 'comparison')
  const at = (span: Atom['span']) => `${sourcePositionOf(span).line}:${sourcePositionOf(span).column}+${span.end - span.start}`
  assert.deepEqual(
    [not, not.term, not.term.left, ...not.term.right].map(({ span }) => at(span)),
    ['2:3+19', '2:7+15', '2:7+3', '2:15+1', '2:18+3'],
  )
})

test('10,000 parentheses or nots are a fault, not an overflow; 200 of them are read', () => {
  for (const open of ['(', 'not ', 'not (', '(not ']) {
    const close = ')'.repeat(open.split('(').length - 1)
    assert.match(faultOf(`${open.repeat(10_000)}a${close.repeat(10_000)}`), /SFP_POLICY_TOO_DEEP/)
    assert.doesNotThrow(() => parse(`${open.repeat(100)}a${close.repeat(100)}`))
  }
  assert.match(faultOf('('.repeat(1_000_000)), /SFP_POLICY_TOO_DEEP/)
  assert.doesNotThrow(() => parse(Array(1000).fill('(a and (not b or c))').join(' and ')))
})

test('a line of 1 MB is read', () => {
  const tree = parse(Array.from({ length: 40_000 }, (_, index) => `sf.proc.exe = /x/${index}`).join(' or '))
  assert.equal(tree.kind === 'or' && tree.terms.length, 40_000)
  const word = parse(`a = ${'x'.repeat(1_000_000)}`)
  assert.equal(word.kind, 'comparison')
})

// --- parse(print(tree)) is tree ---

const source = new SourceText('', '')
const span = { source, start: 0, end: 0 }
const atomOf = (raw: string): Atom => ({ kind: 'atom', raw, text: withoutQuotes(raw), quoted: withoutQuotes(raw) !== raw, span })

const name = fc.stringMatching(/^[a-z][a-z0-9_.]{0,8}x$/)
const atom: fc.Arbitrary<Atom> = fc
  .oneof(
    name,
    fc.stringMatching(/^[/.][A-Za-z0-9_./*-]{0,8}$/),
    fc.stringMatching(/^-?[0-9]{1,6}(\.[0-9]{1,3})?$/),
    fc.stringMatching(/^[a-z]x\[[a-z0-9]{1,3}(\.[a-z0-9]{1,3})?\]$/),
    fc.stringMatching(/^"[ -!#-[\]-~]{0,10}"$/),
    fc.stringMatching(/^'[ -&(-[\]-~]{0,10}'$/),
    fc.constantFrom('<', '>', 'glob', 'regex', `'"x"'`, '""', "''", 'a:b'),
  )
  .map(atomOf)
const member: fc.Arbitrary<ComparisonMember> = fc.oneof(
  { weight: 4, arbitrary: atom },
  { weight: 1, arbitrary: fc.array(atom, { maxLength: 3 }).map(items => ({ kind: 'list' as const, items, span })) },
)
const comparison: fc.Arbitrary<Expression> = fc.oneof(
  fc
    .record({ left: atom })
    .map(({ left }) => ({ kind: 'comparison' as const, operator: 'exists' as const, left, right: [], span })),
  fc
    .record({
      left: atom,
      right: atom,
      operator: fc.constantFrom(
        '=',
        '!=',
        '<',
        '<=',
        '>',
        '>=',
        'contains',
        'icontains',
        'startswith',
        'endswith',
        'bcontains',
        'bstartswith',
        'glob',
        'regex',
      ),
    })
    .map(({ left, right, operator }) => ({ kind: 'comparison' as const, operator: operator as '=', left, right: [right], span })),
  fc
    .record({
      left: atom,
      right: fc.array(member, { minLength: 1, maxLength: 4 }),
      operator: fc.constantFrom('in' as const, 'intersects' as const, 'pmatch' as const),
    })
    .map(fields => ({ kind: 'comparison' as const, ...fields, span })),
)
const { tree: anyTree } = fc.letrec<{ tree: Expression }>(tie => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    comparison,
    name.map(word => ({ kind: 'macro' as const, name: word, span })),
    tie('tree').map(term => ({ kind: 'not' as const, term, span })),
    fc
      .record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        terms: fc.array(tie('tree'), { minLength: 2, maxLength: 4 }),
      })
      .map(({ kind, terms }) => ({ kind, terms, span })),
  ),
}))

test('parse(print(tree)) equals tree', () => {
  fc.assert(
    fc.property(anyTree, tree => {
      assert.deepEqual(shape(parse(printCondition(tree))), shape(tree))
    }),
    { numRuns: 500 },
  )
})

test('any text is a condition or one error', () => {
  const soup = fc.array(
    fc.constantFrom(
      'a',
      'b.c',
      'and',
      'or',
      'not',
      '(',
      ')',
      '=',
      '<=',
      'in',
      ',',
      '"',
      "'",
      '\\',
      '[',
      ']',
      '#',
      '\n',
      '- ',
      ':',
      'rule',
      'desc:',
      '💥',
      '\0',
      '-5',
    ),
    { maxLength: 30 },
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        soup.map(words => words.join(' ')),
        soup.map(words => words.join('')),
      ),
      text => {
        const shown = faultOf(text)
        assert.ok(shown === 'no fault' || /^c:\d+:\d+ {2}SFP_POLICY_/.test(shown), shown)
      },
    ),
    { numRuns: 1000 },
  )
})

// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RECORD_TYPES, SOME_SYSFLOW_NAMES } from '../../../plugins/sysflow/testing/attribute-names.js'
import { formatFault, formatFaults } from '../../errors/format-fault.js'
import { loadPolicyText } from './load.js'

/** The findings for `text`: all errors or, if there are none, all warnings. */
function reportOf(text: string): string {
  try {
    return loadPolicyText(text, SOME_SYSFLOW_NAMES, RECORD_TYPES, 'p.yaml').warnings.map(formatFault).join('\n')
  } catch (error) {
    return formatFaults(error)
  }
}

const rule = (condition: string, ...more: readonly string[]): string =>
  ['- rule: r', '  desc: d', `  condition: ${condition}`, ...more].join('\n')

/** For each check, a text that violates it, and all findings. */
const CASES: readonly (readonly [law: string, text: string, told: readonly string[]])[] = [
  [
    'a name at the left side is an attribute',
    rule('sf.proc.exee endswith /sh'),
    [
      'p.yaml:3:14  SFP_POLICY_UNKNOWN_ATTRIBUTE',
      '    3 |   condition: sf.proc.exee endswith /sh',
      '      |              ^^^^^^^^^^^^ unknown attribute "sf.proc.exee"; did you mean "sf.proc.exe"? See docs/attributes.md',
    ],
  ],
  [
    'a deprecated name is not used',
    rule('sf.is_open_write = true'),
    [
      'p.yaml:3:14  warning SFP_POLICY_OLD_ATTRIBUTE',
      '    3 |   condition: sf.is_open_write = true',
      '      |              ^^^^^^^^^^^^^^^^ "sf.is_open_write" is deprecated and means "sf.file.is_open_write"; use "sf.file.is_open_write"',
    ],
  ],
  [
    'only lists and JSON have parts',
    rule('sf.proc.exe[0] = a or sf.proc.aname[x] = b or sf.proc.exe = sf.proc.uid[1]'),
    [
      'p.yaml:3:14  SFP_POLICY_SUFFIX',
      '    3 |   condition: sf.proc.exe[0] = a or sf.proc.aname[x] = b or sf.proc.exe = sf.proc.uid[1]',
      '      |              ^^^^^^^^^^^^^^ "sf.proc.exe" has no part "[0]"; it is a string; only lists and JSON strings have parts',
      'p.yaml:3:36  SFP_POLICY_SUFFIX',
      '    3 |   condition: sf.proc.exe[0] = a or sf.proc.aname[x] = b or sf.proc.exe = sf.proc.uid[1]',
      '      |                                    ^^^^^^^^^^^^^^^^ "sf.proc.aname" has no part "[x]"; use the index of an element, starting with 0',
      'p.yaml:3:74  SFP_POLICY_SUFFIX',
      '    3 |   condition: sf.proc.exe[0] = a or sf.proc.aname[x] = b or sf.proc.exe = sf.proc.uid[1]',
      '      |                                                                          ^^^^^^^^^^^^^^ "sf.proc.uid" has no part "[1]"; it is a number; only lists and JSON strings have parts',
    ],
  ],
  [
    'a single word is the name of a macro',
    `- macro: is_shell\n  condition: sf.ret = 0\n- list: names\n  items: [a]\n${rule('is_shel or names or sf.proc.tty')}`,
    [
      'p.yaml:7:14  SFP_POLICY_UNKNOWN_MACRO',
      '    7 |   condition: is_shel or names or sf.proc.tty',
      '      |              ^^^^^^^ unknown macro "is_shel"; did you mean "is_shell"?',
      'p.yaml:7:25  SFP_POLICY_UNKNOWN_MACRO',
      '    7 |   condition: is_shel or names or sf.proc.tty',
      '      |                         ^^^^^ unknown macro "names"; it is a list; write "NAME in (names)"',
      'p.yaml:7:34  SFP_POLICY_UNKNOWN_MACRO',
      '    7 |   condition: is_shel or names or sf.proc.tty',
      '      |                                  ^^^^^^^^^^^ unknown macro "sf.proc.tty"; it is an attribute, so it needs an operator',
    ],
  ],
  [
    'a macro is not recursive',
    '- macro: a\n  condition: sf.ret = 0 and b\n- macro: b\n  condition: not a',
    [
      'p.yaml:4:18  SFP_POLICY_MACRO_CYCLE',
      '    4 |   condition: not a',
      '      |                  ^ recursive macro: a -> b -> a; remove one of the references',
    ],
  ],
  [
    'a list is not recursive',
    '- list: a\n  items: [x, a]',
    [
      'p.yaml:2:14  SFP_POLICY_LIST_CYCLE',
      '    2 |   items: [x, a]',
      '      |              ^ recursive list: a -> a; remove one of the references, or quote the item if it is a string',
    ],
  ],
  [
    'a list in a comparison is not empty',
    `- list: none\n  items: []\n${rule('sf.ret = 0 or sf.proc.exe in (none)')}`,
    [
      'p.yaml:5:44  warning SFP_POLICY_EMPTY_LIST',
      '    5 |   condition: sf.ret = 0 or sf.proc.exe in (none)',
      '      |                                            ^^^^ list "none" is empty: the comparison is never true',
    ],
  ],
  [
    'a list is compared with in',
    `- list: shells\n  items: [sh]\n${rule('sf.proc.name = shells')}`,
    [
      'p.yaml:5:29  warning SFP_POLICY_LIST_AS_TEXT',
      '    5 |   condition: sf.proc.name = shells',
      '      |                             ^^^^^^ "shells" is a list, but "=" compares with the string "shells"; write "in (shells)", or put it in quotes if you mean a string',
    ],
  ],
  [
    'a value that looks like an attribute is a known attribute',
    rule('sf.proc.name = sf.pproc.nam'),
    [
      'p.yaml:3:29  warning SFP_POLICY_MISSPELT_VALUE',
      '    3 |   condition: sf.proc.name = sf.pproc.nam',
      '      |                             ^^^^^^^^^^^^ "sf.pproc.nam" is not an attribute; it is compared as a string; did you mean "sf.pproc.name"? If you mean a string, put it in quotes',
    ],
  ],
  [
    'a number is compared with a number',
    rule('sf.proc.uid > root and sf.ret < "-5" and sf.ret >= 1.5'),
    [
      'p.yaml:3:28  SFP_POLICY_NOT_A_NUMBER',
      '    3 |   condition: sf.proc.uid > root and sf.ret < "-5" and sf.ret >= 1.5',
      '      |                            ^^^^ ">" compares numbers, but "root" is not a number; write a decimal number',
    ],
  ],
  [
    'a string is not ordered as a number',
    rule('sf.proc.name > 0 or sf.ret > sf.proc.tty'),
    [
      'p.yaml:3:14  warning SFP_POLICY_NOT_NUMERIC',
      '    3 |   condition: sf.proc.name > 0 or sf.ret > sf.proc.tty',
      '      |              ^^^^^^^^^^^^ ">" compares numbers, but "sf.proc.name" is a string and counts as 0',
      'p.yaml:3:43  warning SFP_POLICY_NOT_NUMERIC',
      '    3 |   condition: sf.proc.name > 0 or sf.ret > sf.proc.tty',
      '      |                                           ^^^^^^^^^^^ ">" compares numbers, but "sf.proc.tty" is a boolean and counts as 0',
    ],
  ],
  [
    'an equality can be true',
    rule('sf.proc.tty = yes or sf.proc.uid in (0, root) or sf.ret != 08'),
    [
      'p.yaml:3:28  warning SFP_POLICY_NEVER_EQUAL',
      '    3 |   condition: sf.proc.tty = yes or sf.proc.uid in (0, root) or sf.ret != 08',
      '      |                            ^^^ "sf.proc.tty" is a boolean and never equals "yes"; write true or false',
      'p.yaml:3:54  warning SFP_POLICY_NEVER_EQUAL',
      '    3 |   condition: sf.proc.tty = yes or sf.proc.uid in (0, root) or sf.ret != 08',
      '      |                                                      ^^^^ "sf.proc.uid" is a number and never equals "root"; write decimal digits',
      'p.yaml:3:73  warning SFP_POLICY_NEVER_EQUAL',
      '    3 |   condition: sf.proc.tty = yes or sf.proc.uid in (0, root) or sf.ret != 08',
      '      |                                                                         ^^ "sf.ret" is a number and never equals "08"; write decimal digits',
    ],
  ],
  [
    'a pattern is valid and literal',
    rule(`sf.proc.args regex "a(b" or sf.proc.args glob sf.proc.exe or sf.proc.args regex "(?=x)"`),
    [
      'p.yaml:3:33  SFP_POLICY_PATTERN',
      '    3 |   condition: sf.proc.args regex "a(b" or sf.proc.args glob sf.proc.exe or sf.proc.args regex "(?=x)"',
      '      |                                 ^^^^^ invalid regular expression: error parsing regexp: missing closing ): `a(b`; use RE2 syntax',
      'p.yaml:3:60  SFP_POLICY_PATTERN_NOT_TEXT',
      '    3 |   condition: sf.proc.args regex "a(b" or sf.proc.args glob sf.proc.exe or sf.proc.args regex "(?=x)"',
      '      |                                                            ^^^^^^^^^^^ "glob" needs a string, not an attribute; if you mean the string "sf.proc.exe", put it in quotes',
      'p.yaml:3:94  SFP_POLICY_PATTERN',
      '    3 |   condition: sf.proc.args regex "a(b" or sf.proc.args glob sf.proc.exe or sf.proc.args regex "(?=x)"',
      '      |                                                                                              ^^^^^^^ invalid regular expression: error parsing regexp: invalid or unsupported Perl syntax: `(?=`; use RE2 syntax',
    ],
  ],
  [
    'bytes are written as hex digits',
    rule('sf.proc.args bcontains cafe or sf.proc.args bstartswith "caf"'),
    [
      'p.yaml:3:70  SFP_POLICY_NOT_HEX',
      '    3 |   condition: sf.proc.args bcontains cafe or sf.proc.args bstartswith "caf"',
      '      |                                                                      ^^^^^ "bstartswith" compares bytes, but "caf" is not an even number of hex digits; write two digits per byte, for example cafebabe',
    ],
  ],
  [
    'a prefilter names record types',
    rule('sf.ret = 0', '  prefilter: [PE, NE]'),
    [
      'p.yaml:4:19  SFP_POLICY_RECORD_TYPE',
      '    4 |   prefilter: [PE, NE]',
      '      |                   ^^ unknown record type "NE"; did you mean "PE"? Known: PE, NF, FF, FE, KE',
    ],
  ],
  [
    'each rule has its own name',
    `${rule('sf.ret = 0')}\n${rule('sf.ret = 1')}`,
    [
      'p.yaml:4:9  warning SFP_POLICY_DUPLICATE_RULE',
      '    4 | - rule: r',
      '      |         ^ duplicate rule name "r" (also at p.yaml:1); both rules are active; use unique rule names',
    ],
  ],
  [
    'a rule has a description and a condition',
    '- rule: r\n  tags: [a]\n- filter: f\n- macro:\n  condition: a\n- list: l\n',
    [
      'p.yaml:1:3  SFP_POLICY_MISSING_KEY',
      '    1 | - rule: r',
      '      |   ^^^^ the rule has no "condition"; add "condition: ..."',
      'p.yaml:1:3  SFP_POLICY_MISSING_KEY',
      '    1 | - rule: r',
      '      |   ^^^^ the rule has no "desc"; add "desc: ..."',
      'p.yaml:3:3  SFP_POLICY_MISSING_KEY',
      '    3 | - filter: f',
      '      |   ^^^^^^ the filter has no "condition"; add "condition: ..."',
      'p.yaml:4:3  SFP_POLICY_NO_NAME',
      '    4 | - macro:',
      '      |   ^^^^^ the macro has no name; write "- macro: NAME"',
      'p.yaml:6:3  SFP_POLICY_MISSING_KEY',
      '    6 | - list: l',
      '      |   ^^^^ the list has no "items"; add "items: ..."',
    ],
  ],
  [
    'a priority is a known word',
    rule('sf.ret = 0', '  priority: hihg'),
    [
      'p.yaml:4:13  SFP_POLICY_PRIORITY',
      '    4 |   priority: hihg',
      '      |             ^^^^ unknown priority "hihg"; did you mean "high"? Known: emergency, alert, critical, error, high, warning, medium, notice, informational, debug, low',
    ],
  ],
  [
    'enabled is true or false',
    rule('sf.ret = 0', '  enabled: maybe'),
    [
      'p.yaml:4:12  warning SFP_POLICY_ENABLED',
      '    4 |   enabled: maybe',
      '      |            ^^^^^ "enabled: maybe" is not true or false; using true; write true or false',
    ],
  ],
  [
    'a key has an effect and is not duplicated',
    rule('sf.ret = 0', '  prioriti: low', '  source: syscall', '  exceptions: [{ name: x }]', '  tags: [a]', '  tags: [b]'),
    [
      'p.yaml:4:3  warning SFP_POLICY_UNKNOWN_KEY',
      '    4 |   prioriti: low',
      '      |   ^^^^^^^^ "prioriti" has no effect in a rule; did you mean "priority"?',
      'p.yaml:5:3  warning SFP_POLICY_UNKNOWN_KEY',
      '    5 |   source: syscall',
      '      |   ^^^^^^ "source" has no effect in a rule',
      'p.yaml:6:3  warning SFP_POLICY_UNKNOWN_KEY',
      '    6 |   exceptions: [{ name: x }]',
      '      |   ^^^^^^^^^^ "exceptions" has no effect in a rule',
      'p.yaml:8:3  warning SFP_POLICY_REPEATED_KEY',
      '    8 |   tags: [b]',
      '      |   ^^^^ duplicate key "tags"; the first one is used; remove one',
    ],
  ],
  [
    'a value has the type of its key',
    '- rule: [r]\n- macro: m\n  condition:\n    a: b\n- list: l\n  items: {a: b}\n- ruel: x\n',
    [
      'p.yaml:1:9  SFP_POLICY_NOT_A_TEXT',
      '    1 | - rule: [r]',
      '      |         ^^^ "rule" must be a string, not a list',
      'p.yaml:4:5  SFP_POLICY_NOT_A_TEXT',
      '    4 |     a: b',
      '      |     ^^^^ "condition" must be a string, not a mapping',
      'p.yaml:6:10  SFP_POLICY_NOT_A_LIST',
      '    6 |   items: {a: b}',
      '      |          ^^^^^^ "items" must be a list of strings, not a mapping; write [one, two:three]; with a space after the colon ["two: three"]',
      'p.yaml:7:3  SFP_POLICY_UNKNOWN_ENTRY',
      '    7 | - ruel: x',
      '      |   ^^^^ unknown entry type "ruel"; did you mean "rule"? Known: rule, filter, drop, macro, list and required_engine_version',
    ],
  ],
  [
    'a rule can match',
    rule('user.loginuid = 0 and sf.ret = 0'),
    [
      'p.yaml:1:9  warning SFP_POLICY_INACTIVE_RULE',
      '    1 | - rule: r',
      '      |         ^ rule "r" can never match: user.loginuid is not available (SysFlow records no login user id); it is loaded but inactive',
    ],
  ],
  [
    'a file is valid YAML',
    '- rule: r\n  desc: d\n\tcondition: sf.ret = 0',
    [
      'p.yaml:3:2  warning SFP_POLICY_NOT_YAML',
      '    3 |  condition: sf.ret = 0',
      '      |  ^ invalid YAML (Unexpected scalar at node end (line 3)); using the legacy parser; indent with spaces, align entries, and quote strings that contain ": "',
    ],
  ],
]

for (const [title, text, expected] of CASES)
  test(`${title}: violations are reported`, () => assert.deepEqual(reportOf(text).split('\n'), expected))

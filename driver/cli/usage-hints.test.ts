// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readArguments } from './command-line-options.js'
import { suggestCommand } from './usage-hints.js'

const COMMANDS = ['config', 'simulate', 'replay', 'health', 'top', 'tap', 'verify', 'spool']

const misuse = (...args: string[]): string => {
  const request = readArguments(args)
  assert.equal(request.kind, 'misuse', args.join(' '))
  return request.text
}

for (const [args, expected] of [
  [['--drvier', 'file', 'p'], /unknown option '--drvier'\n\(Did you mean --driver\?\)\n/],
  [['-plugindir', 'x'], /\(Did you mean --plugdir\?\)/],
  [['-confg=x'], /\(Did you mean --config\?\)/],
  [['-polices', 'x'], /\(hint: set rule files with "policies" of the policyengine/],
  [['-r', 'rules.yaml'], /\(hint: set rule files with "policies"/],
  [['-c', 'my.json'], /\(hint: set the pipeline file with -config FILE\)/],
  [['--dry-run'], /\(hint: validate a pipeline and its rules with sfprocessor -test -config FILE\)/],
  [['--verbose'], /\(hint: for more log messages use -log trace/],
  [['--no-color', 'p'], /\(hint: set colors with -color/],
  [['-summary', 'jsn', 'p'], /Allowed choices are text, json, none\.\n\(Did you mean json\?\)\n/],
  [['-color', 'alwys', 'p'], /Allowed choices are auto, always, never\.\n\(Did you mean always\?\)\n/],
  [['spool', 'verfy', 'x'], /unknown command 'verfy'\n\(Did you mean verify\?\)\n/],
] as const) {
  test(`${args.join(' ')} gets a suggestion`, () => assert.match(misuse(...args), expected))
}

test('options of other programs are unknown to a command, and its own help is suggested', () => {
  assert.equal(misuse('spool', 'verify', '-v', 'x'), "error: unknown option '-v'\nSee sfprocessor spool verify -h\n")
  assert.match(misuse('tap', '-feilds', 'x', 'flat'), /\(Did you mean --fields\?\)\nSee sfprocessor tap -h\n$/)
  assert.match(misuse('config', '-confg', 'x'), /\(Did you mean --config\?\)\nSee sfprocessor config -h\n$/)
})

test('distant names get no suggestion, and single letters neither', () => {
  for (const args of [['-nothing'], ['-x'], ['-Z'], ['-summary', 'loud', 'p']]) {
    assert.doesNotMatch(misuse(...args), /Did you mean|hint:/)
    assert.match(misuse(...args), /See sfprocessor -h\n$/)
  }
})

test('a word in the place of a path is treated as a command only if it is similar to one', () => {
  assert.equal(suggestCommand('tapp', COMMANDS), 'did you mean sfprocessor tap?')
  assert.equal(suggestCommand('Simulat', COMMANDS), 'did you mean sfprocessor simulate?')
  assert.match(String(suggestCommand('validat', COMMANDS)), /^hint: validate a pipeline/)
  assert.match(String(suggestCommand('run', COMMANDS)), /^hint: to process traces, use no command/)
  for (const path of ['missing.sf', './tapp', 'traces/tap', 'x', 'recordings', '2024', '-', ''])
    assert.equal(suggestCommand(path, COMMANDS), undefined, path)
})

test('every suggestion names existing options and commands', () => {
  const answers = ['c', 'r', 'V', 'v', 'json', 't', 'w', 'q', 's', 'no-color', 'd', 'o'].map(name => misuse(`-${name}`))
  const named = answers.flatMap(text => [...text.matchAll(/(?<=\s)-[a-z]{2,}\b/g)].map(([option]) => option))
  assert.ok(named.length > 5)
  for (const option of named) {
    const request = readArguments([option, 'x'])
    assert.ok(request.kind !== 'misuse' || !request.text.includes('unknown option'), option)
  }
})

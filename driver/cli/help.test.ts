// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { ansiStyle } from '../../core/terminal/style.js'
import { commandLineProgram, readArguments } from './command-line-options.js'
import { COMMANDS } from './commands/table.js'
import { gettingStartedText, HELP_EXAMPLES, HELP_GROUPS, styledHelp } from './help.js'

const help = (...args: string[]): string => {
  const request = readArguments(args)
  assert.equal(request.kind, 'help', args.join(' '))
  return request.text
}

test('the help groups every option, ends with examples, and fits 80 columns', () => {
  const text = help('-h')
  for (const heading of Object.values(HELP_GROUPS)) assert.ok(text.includes(`\n${heading}\n`), heading)
  assert.doesNotMatch(text, /^Options:$/m)
  for (const { flags, hidden } of commandLineProgram().options)
    assert.equal(text.includes(`\n  ${flags.replace(/(^|\s)--/g, '$1-')} `), !hidden, flags)
  for (const { name } of COMMANDS) assert.match(text, new RegExp(`^ {2}${name}\\b`, 'm'))
  for (const { line } of HELP_EXAMPLES) assert.ok(text.includes(line), line)
  for (const line of text.split('\n')) assert.ok(line.length <= 80, line)
  assert.ok(text.split('\n').length < 85, 'more than a screen or so')
})

test('help, help COMMAND and COMMAND -h print the help, and an unknown command is reported', () => {
  assert.equal(help('help'), help('-h'))
  assert.equal(help('help', 'tap'), help('tap', '-h'))
  assert.equal(help('help', 'spool', 'ls'), help('spool', 'ls', '--help'))
  assert.match(help('help', 'tap'), /^Usage: sfprocessor tap \[options\] <channel>/)
  assert.equal(readArguments(['help', 'spool', 'lss']).kind, 'misuse')
})

test('the help of every command fits 80 columns, except examples, and contains all examples', () => {
  const lines = COMMANDS.flatMap(kind => {
    const text = help('help', kind.name)
    for (const { line } of kind.examples ?? []) assert.ok(text.includes(line), line)
    return (text.split('\nExamples:\n')[0] ?? '').split('\n')
  })
  for (const line of lines) assert.ok(line.length <= 80, line)
})

test('examples of the help and the first steps use existing commands and files', () => {
  const steps = [...gettingStartedText(process.cwd()).matchAll(/^ {5}(sfprocessor .*)$/gm)].map(match => match[1] ?? '')
  assert.equal(steps.length, 4)
  for (const line of [...HELP_EXAMPLES.map(example => example.line), ...steps]) {
    const args = (line.split(' | ')[0] ?? '').split(' ').slice(1)
    const request = readArguments(args)
    assert.notEqual(request.kind, 'misuse', line)
    if (request.kind === 'run') assert.ok(!COMMANDS.some(({ name }) => request.settings.paths.includes(name)), line)
  }
  for (const [file] of steps.join(' ').matchAll(/\S*resources\/\S+/g)) assert.ok(existsSync(file), file)
  for (const [file] of gettingStartedText('/').matchAll(/\S*resources\/\S+/g)) assert.ok(existsSync(`/${file}`), file)
})

test('on a terminal headings are highlighted, and nothing else changes', () => {
  const text = help('-h')
  const marked = styledHelp(text, ansiStyle)
  assert.ok(marked.startsWith('\u001B[1mUsage:\u001B[0m sfprocessor'))
  assert.equal(marked.replaceAll('\u001B[1m', '').replaceAll('\u001B[0m', ''), text)
})

// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { after, test } from 'node:test'
import type { ProcessContext } from '../../../process/process-context.js'
import { commandLineProgram } from '../../command-line-options.js'
import { complete, printCompletions } from './complete.js'
import { quoted, unquoted } from './quoting.js'
import { COMPLETERS_BY_OPTION, COMPLETERS_BY_PLACEHOLDER, placeholderOf } from './value-completers.js'

const folder = mkdtempSync(join(tmpdir(), 'complete-'))
after(() => rmSync(folder, { recursive: true }))

const PROGRAM = commandLineProgram()

test('commands and paths are completed as first word; options get as many dashes as were typed', async () => {
  const first = await complete([''], PROGRAM, context())
  assert.equal(first.pathKind, 'files')
  assert.deepEqual(
    first.candidates.map(({ word }) => word),
    visible(PROGRAM),
  )
  assert.deepEqual(await words('help', 'spool', 'l'), ['ls'])
  assert.deepEqual(await words('-confi'), ['-config'])
  assert.deepEqual(await words('--confi'), ['--config'])
  assert.deepEqual(await words('-inpu'), [], 'what the help hides is not offered')
})

test('after the first path of a run only paths are completed', async () => {
  assert.deepEqual(await complete(['-quiet', 'trace.sf', 'sp'], PROGRAM, context()), { pathKind: 'files', candidates: [] })
  assert.deepEqual(await complete(['--', '-co'], PROGRAM, context()), { pathKind: 'files', candidates: [] })
})

test('a command completes its own sub-commands and options, and config those of a run', async () => {
  assert.deepEqual(await words('spool', 'l'), ['ls'])
  assert.deepEqual(await words('spool', 'ls', '-'), ['-json', '-help'])
  assert.deepEqual(await words('config', '-dr'), ['-driver', '-driverdir', '-drain'])
  assert.deepEqual(await words('config', '-js'), ['-json'])
})

test('values are completed after their option as a separate word or after an equals sign', async () => {
  assert.deepEqual(await words('-log', 'w'), ['warn'])
  assert.deepEqual(await words('-log=w'), ['-log=warn'])
  assert.deepEqual(await words('--summary', ''), ['text', 'json', 'none'])
  assert.deepEqual(await words('-format', 'ot'), ['otel'])
  assert.deepEqual(await words('-quiet', ''), visible(PROGRAM), 'a switch takes no value')
  assert.deepEqual(await words('-nothing=w'), [])
  assert.equal((await complete(['-config', ''], PROGRAM, context())).pathKind, 'files')
  assert.equal((await complete(['-driverdir', ''], PROGRAM, context())).pathKind, 'folders')
})

test('a comma-separated list is completed after its last comma, without the values that it has', async () => {
  assert.deepEqual(await words('-disable', 'inflate-ahead,in'), ['inflate-ahead,interning'])
  assert.deepEqual(await words('tap', 'events', '-fields', 'sf.proc.exe,sf.proc.ex'), [])
  assert.equal((await complete(['-disable', ''], PROGRAM, context())).isPartial, true)
})

test('the last word of a condition is completed as an attribute', async () => {
  const condition = 'sf.proc.name = sh and (sf.proc.exe = a or sf.proc.cmdl'
  assert.deepEqual(await words('tap', 'events', '-where', condition), [`${condition}ine`])
})

test('channels come from the pipeline file in the current folder; an invalid file gives none', async () => {
  assert.deepEqual(await words('tap', 'f'), ['flat'])
  writeFileSync(join(folder, 'pipeline.json'), '{"pipeline": [')
  assert.deepEqual(await words('tap', ''), [])
  rmSync(join(folder, 'pipeline.json'))
})

test('drivers are the built-in ones and the file names in the driver folder, which are not run', async () => {
  writeFileSync(join(folder, 'generator.js'), 'process.exit(7)')
  const { candidates } = await complete(['-driver', ''], PROGRAM, context({ SFPROCESSOR_DRIVERDIR: folder }))
  const names = candidates.map(({ word }) => word)
  assert.ok(names.includes('socket') && names.includes('generator'), names.join(' '))
})

test('each line of the answer has a word, a tab and a description', async () => {
  const { stdout, text } = collector()
  assert.equal(await printCompletions(['bash', '-wor'], PROGRAM, { ...context(), stdout }), 0)
  assert.match(text(), /^none\n-workers\t[^\t\n]{5,90}\n$/)
})

test('names with terminal control characters are not completed', async () => {
  const policy = { processor: 'policyengine', in: 'a b', policies: 'rules.yaml' }
  writeFileSync(join(folder, 'pipeline.json'), JSON.stringify({ pipeline: [policy] }))
  writeFileSync(join(folder, 'rules.yaml'), '- rule: Red \x1b[31m\n- rule: Plain\n')
  const { stdout, text } = collector()
  await printCompletions(['zsh', 'list', 'rules', ''], PROGRAM, { ...context(), stdout })
  rmSync(join(folder, 'pipeline.json'))
  assert.equal(text(), 'none\nPlain\n')
})

test('every value of an option or argument has a completion', () => {
  const silent = everyCommand(PROGRAM).flatMap(command => [
    ...command.options
      .filter(option => !option.isBoolean() && !option.argChoices)
      .filter(
        ({ long, flags }) =>
          !COMPLETERS_BY_OPTION.has(long?.slice(2) ?? '') && !COMPLETERS_BY_PLACEHOLDER.has(placeholderOf(flags)),
      )
      .map(({ flags }) => `${command.name()} ${flags}`),
    ...command.registeredArguments
      .filter(argument => !argument.argChoices && !COMPLETERS_BY_PLACEHOLDER.has(argument.name()))
      .map(argument => `${command.name()} <${argument.name()}>`),
  ])
  assert.deepEqual(silent, [])
})

test('words quoted for bash are parsed, and completions keep the quotes', () => {
  for (const [written, meant] of [
    ['"Shell in', 'Shell in'],
    ["'it is", 'it is'],
    ['Shell\\ in', 'Shell in'],
    ['a"b c"d', 'ab cd'],
    ['"a \\"b', 'a "b'],
    ["'a\\b'", 'a\\b'],
  ] as const)
    assert.equal(unquoted(written), meant)
  assert.equal(quoted('Shell in $HOME', ''), 'Shell\\ in\\ \\$HOME')
  assert.equal(quoted('Shell in $HOME', '"Sh'), 'Shell in \\$HOME')
  assert.equal(quoted('sf.proc.exe,a=b:c', ''), 'sf.proc.exe,a=b:c')
})

function collector(): { readonly stdout: Writable; text(): string } {
  let text = ''
  const stdout = new Writable({
    write(chunk, _, done) {
      text += chunk
      done()
    },
  })
  return { stdout, text: () => text }
}

type Command = typeof PROGRAM

const everyCommand = (command: Command): Command[] => [command, ...command.commands.flatMap(everyCommand)]
const visible = (command: Command): string[] => [...command.commands.map(inner => inner.name()), 'help']

const words = async (...typed: string[]): Promise<string[]> =>
  (await complete(typed, PROGRAM, context())).candidates.map(({ word }) => word)

const context = (environment = {}): ProcessContext => ({
  stdout: new Writable(),
  stderr: new Writable(),
  environment,
  directory: folder,
  stop: new AbortController().signal,
  abort: new AbortController().signal,
})

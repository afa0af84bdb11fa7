// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import { PLUGIN_KINDS } from '../../core/contract/plugin.js'
import type { World } from '../prepare.js'
import { serve } from '../serve.js'
import type { Call } from './command.js'
import { createPlugin } from './create/plugin.js'

const root = mkdtempSync(join(tmpdir(), 'create-'))
after(() => rmSync(root, { recursive: true }))
let folders = 0

function folder(): string {
  const path = join(root, String(++folders))
  mkdirSync(path)
  return path
}

interface Outcome {
  readonly exit: number
  readonly out: string
  readonly err: string
}

/** Runs the program in a folder, with nobody to ask. */
async function run(directory: string, ...args: string[]): Promise<Outcome> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const exit = await serve(args, worldOf(directory, stdout, stderr))
  return { exit, out: textOf(stdout), err: textOf(stderr) }
}

const worldOf = (directory: string, stdout: PassThrough, stderr = new PassThrough()): World => ({
  stdout,
  stderr,
  environment: { SFPROCESSOR_CACHE: 'off' },
  directory,
  stop: new AbortController().signal,
  abort: new AbortController().signal,
})

const textOf = (stream: PassThrough): string => String(stream.read() ?? '')

/** Every file below a folder. */
const filesIn = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(path.length + 1))
    .sort()

for (const kind of PLUGIN_KINDS)
  test(`create plugin writes a ${kind} under its name, and tells in three lines what to do next`, async () => {
    const directory = folder()
    const { exit, out, err } = await run(directory, 'create', 'plugin', '--kind', kind, 'Mine-1')
    assert.deepEqual([exit, err, out.trim().split('\n').length], [0, '', 4])
    const files = filesIn(join(directory, 'Mine-1'))
    for (const name of [
      '.gitignore',
      'README.md',
      'package.json',
      'pipeline.json',
      'src/index.test.ts',
      'src/index.ts',
      'tsconfig.json',
    ])
      assert.ok(files.includes(name), name)
    for (const name of files) {
      const text = readFileSync(join(directory, 'Mine-1', name), 'utf8')
      assert.doesNotMatch(text, /sample|\{trace\}/, name)
    }
    const facts = JSON.parse(readFileSync(join(directory, 'Mine-1', 'package.json'), 'utf8'))
    assert.equal(facts.name, `sfprocessor-${kind}-mine-1`)
    assert.match(facts.devDependencies.sfprocessor, /^file:\.\./)
  })

test('a plugin in a folder from which this program is found needs no other', async () => {
  const directory = folder()
  mkdirSync(join(directory, 'node_modules'))
  const { symlinkSync } = await import('node:fs')
  symlinkSync(process.cwd(), join(directory, 'node_modules', 'sfprocessor'))
  await run(directory, 'create', 'plugin', '--kind', 'action', 'mine')
  const facts = JSON.parse(readFileSync(join(directory, 'mine', 'package.json'), 'utf8'))
  assert.deepEqual(Object.keys(facts.devDependencies), ['@types/node', 'typescript'])
})

test('what is there already is never covered', async () => {
  const directory = folder()
  mkdirSync(join(directory, 'mine'))
  writeFileSync(join(directory, 'mine', 'notes'), 'x')
  const { exit, err } = await run(directory, 'create', 'plugin', '--kind', 'action', 'mine')
  assert.equal(exit, 1)
  assert.match(err, /SFP_CREATE_EXISTS: .*mine is there already; nothing was written: name another with --dir/)
  assert.deepEqual(filesIn(directory), ['mine/notes'])
})

test('an empty folder is filled', async () => {
  const directory = folder()
  mkdirSync(join(directory, 'mine'))
  assert.equal((await run(directory, 'create', 'plugin', '--kind', 'action', 'mine')).exit, 0)
  assert.ok(existsSync(join(directory, 'mine', 'src', 'index.ts')))
})

for (const [name, reason] of [
  ['1st', /a name has letters/],
  ['../up', /a name has letters/],
  ['a b', /a name has letters/],
  ['', /nothing says what the name of the action is to be/],
  ['log', /one of that name is built in/],
] as const)
  test(`"${name}" is refused as the name of an action`, async () => {
    const directory = folder()
    const { exit, err } = await run(directory, 'create', 'plugin', '--kind', 'action', name)
    assert.equal(exit, 1)
    assert.match(err, reason)
    assert.deepEqual(readdirSync(directory), [])
  })

test('with nobody to ask, what is missing is told with the flag that gives it', async () => {
  const directory = folder()
  assert.match((await run(directory, 'create', 'plugin', 'mine')).err, /nothing says what the kind is to be; give --kind/)
  assert.match((await run(directory, 'create', 'plugin', '--kind', 'action')).err, /the name of the action is to be; give NAME/)
})

test('a kind that there is not is refused with those that there are', async () => {
  const { exit, err } = await run(folder(), 'create', 'plugin', '--kind', 'actoin', 'mine')
  assert.equal(exit, 2)
  assert.match(err, /driver, processor, handler, action, encoder, transport/)
})

test('a folder that cannot be made leaves nothing behind', async () => {
  const directory = folder()
  writeFileSync(join(directory, 'file'), 'x')
  const { exit, err } = await run(directory, 'create', 'plugin', '--kind', 'action', '--dir', 'file/mine', 'mine')
  assert.equal(exit, 1)
  assert.match(err, /SFP_CREATE_UNWRITABLE/)
  assert.deepEqual(readdirSync(directory), ['file'])
})

/** Runs `create plugin` with a person at the keyboard, who types these lines. */
async function typed(directory: string, call: Partial<Call>, ...lines: string[]): Promise<{ shown: string; error: unknown }> {
  const [input, output] = [new PassThrough(), new PassThrough()]
  let shown = ''
  const rest = [...lines]
  output.on('data', (chunk: Buffer) => {
    shown += chunk
    // A prompt ends so; what is typed before it is asked for would be lost.
    if (/: (?:.\[\d+G)?$/.test(String(chunk)) && rest.length > 0) setImmediate(() => input.write(rest.shift()))
  })
  const stdout = new PassThrough()
  stdout.on('data', (chunk: Buffer) => {
    shown += chunk
  })
  try {
    await createPlugin({ arguments: [], options: {}, ...call }, worldOf(directory, stdout), { input, output })
    return { shown, error: undefined }
  } catch (error) {
    return { shown, error }
  }
}

test('on a terminal what is not given is asked for, and a wrong answer is asked for again', async () => {
  const directory = folder()
  const { shown, error } = await typed(directory, {}, 'acton\r', 'action\r', 'mine\r', '\r')
  assert.equal(error, undefined)
  assert.match(shown, /kind \(driver, processor, handler, action, encoder, transport\): /)
  assert.match(shown, /did you mean "action"\?/)
  assert.match(shown, /folder \[mine\]: /)
  assert.ok(existsSync(join(directory, 'mine', 'src', 'index.ts')))
})

for (const [how, key] of [
  ['Ctrl-C', '\x03'],
  ['Ctrl-D', '\x04'],
] as const)
  test(`${how} gives up and leaves nothing behind`, async () => {
    const directory = folder()
    const { error } = await typed(directory, {}, 'action\r', 'mine\r', key)
    assert.match(String(error), /given up: nothing was written/)
    assert.deepEqual(readdirSync(directory), [])
  })

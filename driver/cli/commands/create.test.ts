// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import type { CommandInvocation } from '../../../core/contract/command.js'
import { PLUGIN_KINDS } from '../../../core/contract/plugin.js'
import { runCommandLine } from '../../command-line.js'
import type { ProcessContext } from '../../process/process-context.js'
import { createPipeline } from './create/pipeline.js'
import { createPlugin } from './create/plugin.js'
import type { Terminal } from './create/questions.js'
import { createRule } from './create/rule.js'

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

/** Runs the program in a folder without a terminal. */
async function run(directory: string, ...args: string[]): Promise<Outcome> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const exit = await runCommandLine(args, worldOf(directory, stdout, stderr))
  return { exit, out: textOf(stdout), err: textOf(stderr) }
}

const worldOf = (directory: string, stdout: PassThrough, stderr = new PassThrough()): ProcessContext => ({
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
  test(`create plugin writes a ${kind} with its name, and prints the next steps in three lines`, async () => {
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

test('a plugin in a folder below the program needs no other installation', async () => {
  const directory = folder()
  mkdirSync(join(directory, 'node_modules'))
  const { symlinkSync } = await import('node:fs')
  symlinkSync(process.cwd(), join(directory, 'node_modules', 'sfprocessor'))
  await run(directory, 'create', 'plugin', '--kind', 'action', 'mine')
  const facts = JSON.parse(readFileSync(join(directory, 'mine', 'package.json'), 'utf8'))
  assert.deepEqual(Object.keys(facts.devDependencies), ['@types/node', 'typescript'])
})

test('existing files are never overwritten', async () => {
  const directory = folder()
  mkdirSync(join(directory, 'mine'))
  writeFileSync(join(directory, 'mine', 'notes'), 'x')
  const { exit, err } = await run(directory, 'create', 'plugin', '--kind', 'action', 'mine')
  assert.equal(exit, 1)
  assert.match(err, /SFP_CREATE_EXISTS: .*mine already exists; nothing was written; choose another path with --dir/)
  assert.deepEqual(filesIn(directory), ['mine/notes'])
})

test('an empty folder can be the target', async () => {
  const directory = folder()
  mkdirSync(join(directory, 'mine'))
  assert.equal((await run(directory, 'create', 'plugin', '--kind', 'action', 'mine')).exit, 0)
  assert.ok(existsSync(join(directory, 'mine', 'src', 'index.ts')))
})

for (const [name, reason] of [
  ['1st', /a name is a letter followed by/],
  ['../up', /a name is a letter followed by/],
  ['a b', /a name is a letter followed by/],
  ['', /missing name of the action/],
  ['log', /a built-in action has this name/],
] as const)
  test(`"${name}" is refused as the name of an action`, async () => {
    const directory = folder()
    const { exit, err } = await run(directory, 'create', 'plugin', '--kind', 'action', name)
    assert.equal(exit, 1)
    assert.match(err, reason)
    assert.deepEqual(readdirSync(directory), [])
  })

test('without a terminal, a missing value is reported with its option', async () => {
  const directory = folder()
  assert.match((await run(directory, 'create', 'plugin', 'mine')).err, /missing kind; set --kind/)
  assert.match((await run(directory, 'create', 'plugin', '--kind', 'action')).err, /missing name of the action; set NAME/)
})

test('an unknown kind is refused with the known ones', async () => {
  const { exit, err } = await run(folder(), 'create', 'plugin', '--kind', 'actoin', 'mine')
  assert.equal(exit, 2)
  assert.match(err, /driver, processor, handler, action, encoder, transport/)
})

test('a folder that cannot be created leaves no files behind', async () => {
  const directory = folder()
  writeFileSync(join(directory, 'file'), 'x')
  const { exit, err } = await run(directory, 'create', 'plugin', '--kind', 'action', '--dir', 'file/mine', 'mine')
  assert.equal(exit, 1)
  assert.match(err, /SFP_CREATE_UNWRITABLE/)
  assert.deepEqual(readdirSync(directory), ['file'])
})

/** Runs a command with a simulated terminal on which these lines are typed. */
async function typed(
  directory: string,
  invocation: Partial<CommandInvocation>,
  ...lines: string[]
): Promise<{ shown: string; error: unknown }> {
  return typedTo(createPlugin, directory, invocation, ...lines)
}

type Command = (invocation: CommandInvocation, context: ProcessContext, terminal: Terminal) => Promise<number>

async function typedTo(
  command: Command,
  directory: string,
  invocation: Partial<CommandInvocation>,
  ...lines: string[]
): Promise<{ shown: string; error: unknown }> {
  const [input, output] = [new PassThrough(), new PassThrough()]
  let shown = ''
  const rest = [...lines]
  output.on('data', (chunk: Buffer) => {
    shown += chunk
    // A prompt ends like this; input before the prompt would be lost.
    if (/: (?:.\[\d+G)?$/.test(String(chunk)) && rest.length > 0) setImmediate(() => input.write(rest.shift()))
  })
  const stdout = new PassThrough()
  stdout.on('data', (chunk: Buffer) => {
    shown += chunk
  })
  try {
    await command({ arguments: [], options: {}, ...invocation }, worldOf(directory, stdout), { input, output })
    return { shown, error: undefined }
  } catch (error) {
    return { shown, error }
  }
}

test('on a terminal missing values are requested, again after a wrong answer', async () => {
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
  test(`${how} cancels the command and leaves no files behind`, async () => {
    const directory = folder()
    const { error } = await typed(directory, {}, 'action\r', 'mine\r', key)
    assert.match(String(error), /cancelled: nothing was written/)
    assert.deepEqual(readdirSync(directory), [])
  })

for (const input of ['file', 'socket', 'otelfile', 'otelkafka'])
  for (const target of ['terminal', 'file', 'syslog', 'http', 'otlp', 's3', 'kafka', 'null'])
    test(`create pipeline from ${input} to ${target} writes a valid file`, async () => {
      const directory = folder()
      const { exit, err } = await run(directory, 'create', 'pipeline', '--input', input, '--export', target, '--yes')
      assert.deepEqual([exit, err], [0, ''])
      assert.deepEqual(readdirSync(directory), ['pipeline.json'])
      const shown = await run(directory, 'config', '-config', join(directory, 'pipeline.json'), '-json')
      assert.equal(shown.exit, 0, shown.err)
    })

test('a pipeline file names its schema, so that editors document its keys', async () => {
  const directory = folder()
  await run(directory, 'create', 'pipeline', '--yes', '-o', 'conf/edge.json')
  const { $schema } = JSON.parse(readFileSync(join(directory, 'conf', 'edge.json'), 'utf8'))
  assert.ok(existsSync(join(directory, 'conf', $schema)), $schema)
})

test('without rules every record is passed on, and given values are written', async () => {
  const directory = folder()
  const { out } = await run(
    directory,
    ...[
      'create',
      'pipeline',
      '--yes',
      '-o',
      '-',
      '--policies',
      'none',
      '--export',
      'file',
      '--to',
      'all.json',
      '--format',
      'ecs',
    ],
    ...['--spool', 'spool', '--path', 'traces'],
  )
  const { drivers, pipeline } = JSON.parse(out)
  assert.deepEqual(drivers, [{ driver: 'file', path: 'traces', out: 'sysflow sysflowchan' }])
  assert.deepEqual(pipeline.slice(1), [
    {
      processor: 'exporter',
      in: 'flat flattenerchan',
      export: 'file',
      format: 'ecs',
      'file.path': 'all.json',
      'spool.path': 'spool',
    },
  ])
  assert.deepEqual(readdirSync(directory), [])
})

for (const [reason, ...args] of [
  [/SFP_CREATE_VALUE: invalid rule file or directory .* "nowhere": no such file or directory/, '--policies', 'nowhere'],
  [/invalid format "jsn": did you mean "json"/, '--export', 'otlp', '--format', 'jsn'],
  [/SFP_WEB_ADDRESS/, '--export', 'http', '--to', 'no address'],
] as const)
  test(`create pipeline ${args.join(' ')} is refused, and leaves no files behind`, async () => {
    const directory = folder()
    const { exit, err } = await run(directory, 'create', 'pipeline', '--yes', ...args)
    assert.equal(exit, 1)
    assert.match(err, reason)
    assert.deepEqual(readdirSync(directory), [])
  })

test('an existing pipeline file is not overwritten', async () => {
  const directory = folder()
  writeFileSync(join(directory, 'pipeline.json'), 'mine')
  const { exit, err } = await run(directory, 'create', 'pipeline', '--yes')
  assert.equal(exit, 1)
  assert.match(err, /SFP_CREATE_EXISTS/)
  assert.equal(readFileSync(join(directory, 'pipeline.json'), 'utf8'), 'mine')
})

test('on a terminal the values of a pipeline are requested step by step', async () => {
  const directory = folder()
  const { shown, error } = await typedTo(
    createPipeline,
    directory,
    {},
    '\r',
    '\r',
    '\r',
    'enrich\r',
    'file\r',
    'out.json\r',
    'ecs\r',
    '\r',
  )
  assert.equal(error, undefined)
  assert.match(shown, /input \(file, socket, otelfile, otelkafka\) \[file\]: /)
  const { pipeline } = JSON.parse(readFileSync(join(directory, 'pipeline.json'), 'utf8'))
  assert.equal(pipeline[1].mode, 'enrich')
  assert.equal(pipeline[2]['file.path'], 'out.json')
})

const SHELL = ['create', 'rule', 'Shell: started!', '--condition', 'sf.opflags = EXEC and sf.proc.name in (sh, bash)'] as const

test('create rule writes a rule that loads, and scenarios that can be simulated', async () => {
  const directory = folder()
  const { exit, err } = await run(directory, ...SHELL, '--prefilter', 'PE', '--tags', 'mitre:T1059, shell')
  assert.deepEqual([exit, err], [0, ''])
  assert.deepEqual(filesIn(directory), ['shell-started.yaml', 'tests/shell-started.yaml'])
  const { out } = await run(directory, 'list', 'rules', '-policies', 'shell-started.yaml', '-json')
  const [rule] = JSON.parse(out)
  assert.deepEqual(
    [rule.name, rule.priority, rule.tags, rule.prefilter],
    ['Shell: started!', 'warning', ['mitre:T1059', 'shell'], ['PE']],
  )
  for (const variant of ['fires', 'near miss (what is different)']) {
    const trace = join(directory, 'trace.sf')
    const simulated = await run(
      directory,
      'simulate',
      join(directory, 'tests/shell-started.yaml'),
      '--variant',
      variant,
      '-o',
      trace,
    )
    assert.equal(simulated.exit, 0, simulated.err)
  }
})

test('a condition that does not compile is reported with its place and a suggestion, and nothing is written', async () => {
  const directory = folder()
  const { exit, err } = await run(directory, 'create', 'rule', 'Bad', '--condition', 'sf.proc.exee = /bin/sh')
  assert.equal(exit, 1)
  assert.match(
    err,
    /bad\.yaml:3:14 {2}SFP_POLICY_UNKNOWN_ATTRIBUTE\n.*condition: sf\.proc\.exee.*\n.*\^{12} .*did you mean "sf\.proc\.exe"/,
  )
  assert.deepEqual(readdirSync(directory), [])
})

test('a rule with existing scenarios is not written', async () => {
  const directory = folder()
  mkdirSync(join(directory, 'tests'))
  writeFileSync(join(directory, 'tests', 'shell-started.yaml'), 'mine')
  assert.equal((await run(directory, ...SHELL)).exit, 1)
  assert.deepEqual(filesIn(directory), ['tests/shell-started.yaml'])
})

test('a rule for another channel type is checked with its attributes and written without scenarios', async () => {
  const directory = folder()
  const otel = [
    'create',
    'rule',
    'Many logins',
    '--condition',
    'service.name = shop and tries > 3',
    '--type',
    'otelchan',
  ] as const
  const { exit, err, out } = await run(directory, ...otel)
  assert.deepEqual([exit, err], [0, ''])
  assert.deepEqual(filesIn(directory), ['many-logins.yaml'])
  assert.match(out, /POLICYENGINE_POLICIES=many-logins\.yaml/)
  const withType = await run(directory, ...otel, '--dir', 'other', '--prefilter', 'PE')
  assert.equal(withType.exit, 1)
  assert.match(withType.err, /PE is not a record type: these records have no types/)
})

test('a channel type without rules is refused with the nearest name', async () => {
  const { exit, err } = await run(folder(), ...SHELL, '--type', 'otelchn')
  assert.equal(exit, 1)
  assert.match(err, /SFP_CREATE_CHANNEL_TYPE: .*"otelchn".*; did you mean "otelchan"\? Known: flattenerchan, otelchan/)
})

test('an unknown record type is refused', async () => {
  const { exit, err } = await run(folder(), ...SHELL, '--prefilter', 'PE,XX')
  assert.equal(exit, 1)
  assert.match(err, /XX is not a record type. Known: PE, NF, FF, FE, KE/)
})

test('on a terminal an invalid condition is shown and requested again', async () => {
  const directory = folder()
  const lines = ['mine\r', 'sf.proc.exee = 1\r', 'sf.proc.exe = /bin/sh\r', '\r', '\r', '\r', '\r']
  const { shown, error } = await typedTo(createRule, directory, {}, ...lines)
  assert.equal(error, undefined)
  assert.match(shown, /did you mean "sf\.proc\.exe"/)
  assert.match(readFileSync(join(directory, 'mine.yaml'), 'utf8'), /condition: sf\.proc\.exe = \/bin\/sh/)
})

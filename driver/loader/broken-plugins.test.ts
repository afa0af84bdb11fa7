// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { PLUGIN_KINDS, type PluginKind } from '../../core/contract/plugin.js'
import { programRoot } from '../process/package.js'

/** Runs the whole program with plugins of each kind, each broken in one way. */

const folder = mkdtempSync(join(tmpdir(), 'broken-'))
after(() => rmSync(folder, { recursive: true }))

/** The compiled program, or its source if the tests themselves run from source. */
const MAIN = ['../main.js', '../main.ts'].map(name => fileURLToPath(new URL(name, import.meta.url))).find(existsSync) ?? ''
const a = (kind: string): string => `${/^[ae]/.test(kind) ? 'an' : 'a'} ${kind}`
const LIMIT = { timeout: 120_000 }
const TRACE = join(programRoot(), 'resources', 'traces', 'webshell.sf')
/** Events of the trace; the reader sends them in batches of 1024 and a last, smaller one. */
const EVENTS = 1081
const FIRST_BATCH = 1024

/**
 * Working plugins with one defect: BROKEN is the name of a function that throws, `run late` one that throws after its work,
 * `leak` an uncaught error, `hang` a promise that never settles, `contract` another version.
 */
const KIT = `
  import { Ledger } from 'sfprocessor/plugin'
  import { SysFlowInput } from 'sfprocessor/sysflow'
  import { readFileSync } from 'node:fs'
  const broken = process.env.BROKEN ?? ''
  export const breakAt = step => { if (broken === step) throw new Error('broken in ' + step) }
  export const hang = step => broken === 'hang in ' + step ? new Promise(() => {}) : undefined
  const leak = () => {
    if (broken === 'leak') { Promise.reject(new Error('leaked')); setTimeout(() => { throw new Error('timed') }, 0) }
    return new Promise(resolve => setTimeout(resolve, 10))
  }
  export const common = (kind, more) => ({
    kind, name: 'broken', contract: broken === 'contract' ? 1 : 2, summary: 'Is broken.',
    options: { type: 'object', additionalProperties: false, properties: {} },
    offers: ['flattenerchan'], accepts: ['flattenerchan'], ...more,
  })
  export const life = {
    async open() { breakAt('open'); await leak() },
    async close() { breakAt('close'); await hang('close') },
    report() { breakAt('report'); return {} },
  }
  export { Ledger, SysFlowInput, readFileSync, broken }`

const KINDS: Readonly<Record<PluginKind, string>> = {
  driver: `common('driver', { offers: ['sysflowchan'], create(options, [path], host) {
    breakAt('create')
    const ledger = new Ledger()
    return { ...life, ledger, async run(output, stop) {
      await new SysFlowInput(output, { ledger, host }).trace(path, readFileSync(path), { stop })
      breakAt('run')
      await hang('run')
    } } } })`,
  processor: `common('processor', { create() {
    breakAt('create')
    const ledger = new Ledger()
    return { ...life, ledger, async run(input, output) {
      for await (const batch of input) {
        ledger.in += batch.length
        breakAt('run')
        ledger.out += batch.length
        await output.send(batch)
      }
      breakAt('run late')
      await hang('run')
    } } } })`,
  handler: `common('handler', { create() {
    breakAt('create')
    let batches = 0
    return { ...life, events(rows) { if (batches++ === 0) breakAt('events'); return rows } } } })`,
  action: `common('action', { create() {
    breakAt('create')
    return { ...life, run(hit) { breakAt('run'); hit.addTag('acted') } } } })`,
  encoder: `common('encoder', { accepts: ['eventchan'], create(options, host) {
    breakAt('create')
    let [records, chosen] = [0, undefined]
    return { ...life, format: 'broken', encode(batch, from, to, into) {
      for (const record of host.records(batch, from, to)) {
        into.text('{"ts":' + record.text('sf.ts'))
        if (records++ === 10) chosen ??= record.text('sf.ts')
        if (record.text('sf.ts') === chosen) breakAt('encode')
        into.text('}')
        into.finishRecord()
      }
    } } } })`,
  transport: `common('transport', { create(options, host) {
    breakAt('create')
    let chunks = 0
    return { ...life, name: 'broken', async send(chunk) {
      if (chunks++ === 0) breakAt('send')
      await hang('send')
      host.stdout.write(Buffer.from(chunk.bytes))
    } } } })`,
}

const PLUGINS = join(folder, 'plugins')
mkdirSync(PLUGINS)
writeFileSync(join(PLUGINS, 'kit.mjs'), KIT)
for (const kind of PLUGIN_KINDS) {
  mkdirSync(join(PLUGINS, kind))
  const head = "import { breakAt, broken, common, hang, Ledger, life, readFileSync, SysFlowInput } from '../kit.mjs'\n"
  writeFileSync(join(PLUGINS, kind, 'broken.mjs'), `${head}export const plugin = ${KINDS[kind]}\n`)
  const pipeline = [
    {
      processor: 'sysflowreader',
      in: 'sysflow sysflowchan',
      out: 'flat flattenerchan',
      ...(kind === 'handler' && { handler: 'broken' }),
    },
    ...(kind === 'processor' ? [{ processor: 'broken', in: 'flat flattenerchan', out: 'more flattenerchan' }] : []),
    {
      processor: 'policyengine',
      in: `${kind === 'processor' ? 'more' : 'flat'} flattenerchan`,
      out: 'events eventchan',
      mode: 'enrich',
      ...(kind === 'action' && { policies: join(folder, 'rules.yaml') }),
    },
    {
      processor: 'exporter',
      in: 'events eventchan',
      export: kind === 'transport' ? 'broken' : 'terminal',
      format: kind === 'encoder' ? 'broken' : 'json',
      'retry.seconds': 0,
    },
  ]
  writeFileSync(join(folder, `${kind}.json`), JSON.stringify({ plugins: [`./plugins/${kind}/broken.mjs`], pipeline }))
}
writeFileSync(
  join(folder, 'rules.yaml'),
  '- rule: any\n  desc: d\n  condition: sf.type != nothing\n  priority: low\n  actions: [broken]\n',
)

interface Ended {
  readonly exit: number | null
  /** Lines of the output. */
  readonly records: number
  readonly out: string
  readonly error: string
}

/** `isStopped`: the program receives a signal as soon as it runs. */
function run(
  kind: PluginKind,
  broken: string,
  { isStopped = false, more = [] as readonly string[], environment = {} as Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  const driver = kind === 'driver' ? ['-driver', 'broken'] : []
  const args = ['-config', join(folder, `${kind}.json`), '-drain', '1', ...driver, ...more, TRACE]
  return runProgram(args, { ...environment, BROKEN: broken }, isStopped)
}

function runProgram(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  isStopped = false,
): Promise<Ended> {
  const flags = process.execArgv.filter(flag => !flag.startsWith('--test'))
  const child = spawn(process.execPath, [...flags, MAIN, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', SFPROCESSOR_CACHE: 'off', ...environment },
  })
  let [out, error] = ['', '']
  child.stdout.on('data', chunk => {
    out += String(chunk)
  })
  child.stderr.on('data', chunk => {
    error += String(chunk)
    if (isStopped && error.includes('Initializing')) child.kill('SIGTERM')
  })
  return new Promise(resolve => child.on('close', exit => resolve({ exit, records: out.split('\n').length - 1, out, error })))
}

for (const kind of PLUGIN_KINDS) {
  test(`with ${a(kind)} that works, all records of any type arrive`, LIMIT, async () => {
    const { exit, records, error } = await run(kind, '')
    assert.deepEqual([exit, records], [0, EVENTS], error)
    assert.match(error, new RegExp(`Plugin ${kind} "broken" of \\S+${kind}/broken.mjs, contract 2`))
  })

  test(`${a(kind)} of another contract is refused, with its place in the pipeline file`, LIMIT, async () => {
    const { exit, records, error } = await run(kind, 'contract')
    assert.deepEqual([exit, records], [1, 0])
    assert.match(error, /\.json:1:13 {2}SFP_PLUGIN_CONTRACT\n[\s\S]*\^ the plugin "broken" is written for contract 1/)
  })

  test(`${a(kind)} that fails to be created or opened is reported by name, and nothing starts`, LIMIT, async () => {
    for (const step of ['create', 'open']) {
      const { exit, records, error } = await run(kind, step)
      assert.deepEqual([exit, records], [1, 0], step)
      assert.match(
        error,
        new RegExp(`SFP_PLUGIN_FAILED: ${kind} "broken" failed in ${step}: broken in ${step}; see \\S+kit.mjs:\\d+`),
      )
    }
  })

  test(`an uncaught error of ${a(kind)} is reported as its fault, and all records arrive`, LIMIT, async () => {
    const { exit, records, error } = await run(kind, 'leak')
    assert.deepEqual([exit, records], [1, EVENTS], error)
    assert.match(error, /SFP_PLUGIN_UNCAUGHT: uncaught error of .*: leaked; see \S+kit.mjs:\d+/)
    assert.match(error, /SFP_PLUGIN_UNCAUGHT: uncaught error of .*: timed; see \S+kit.mjs:\d+/)
  })

  test(`${a(kind)} that fails to close is reported by name, and all records arrive`, LIMIT, async () => {
    const { records, error } = await run(kind, 'close')
    assert.equal(records, EVENTS, error)
    assert.match(error, new RegExp(`SFP_PLUGIN_FAILED: ${kind} "broken" failed in close: broken in close`))
  })
}

for (const kind of ['driver', 'processor', 'handler', 'transport'] as const) {
  test(`${a(kind)} that fails to report is reported by name, and all records arrive`, LIMIT, async () => {
    const { exit, records, error } = await run(kind, 'report')
    assert.deepEqual([exit, records], [0, EVENTS], error)
    assert.match(error, new RegExp(`SFP_PLUGIN_FAILED: ${kind} "broken" failed in report: broken in report`))
  })
}

/** The failing function, the records that remain, and the exit status. */
for (const [kind, broken, records, exit, step] of [
  ['driver', 'run', EVENTS, 1, 'run'],
  ['handler', 'events', EVENTS - FIRST_BATCH, 1, 'events'],
  ['action', 'run', EVENTS, 0, 'run'],
  // Two of the events have the same time.
  ['encoder', 'encode', EVENTS - 2, 1, 'encode'],
] as const) {
  test(`${a(kind)} that fails in ${broken} is reported by name and counted; the other records arrive`, LIMIT, async () => {
    const ended = await run(kind, broken)
    assert.deepEqual([ended.exit, ended.records], [exit, records], ended.error)
    assert.match(
      ended.error,
      new RegExp(`SFP_PLUGIN_FAILED: ${kind} "broken" failed in ${step}.*: broken in ${broken}; see \\S+`),
    )
    assert.match(ended.error, new RegExp(`${kind} plugin "broken": \\d+ errors?`))
  })
}

test(
  'a transport that fails in send loses that chunk, which is reported and counted; the other records arrive',
  LIMIT,
  async () => {
    const { exit, records, error } = await run('transport', 'send')
    assert.equal(exit, 1)
    assert.ok(records > 0 && records < EVENTS, `${records}`)
    assert.match(error, /SFP_PLUGIN_FAILED: transport "broken" failed in send: broken in send; see \S+kit.mjs/)
    assert.match(error, new RegExp(`${records} out, ${EVENTS - records} DROPPED`))
  },
)

for (const [broken, faults, records] of [
  ['run', 2, 0],
  ['run late', 1, EVENTS],
] as const)
  test(`a processor that fails in ${broken} loses the current batches, which are counted; the run continues`, LIMIT, async () => {
    const ended = await run('processor', broken)
    assert.deepEqual([ended.exit, ended.records], [1, records], ended.error)
    assert.match(ended.error, failedInRun(broken))
    assert.match(ended.error, /, complete$/m)
    assert.match(ended.error, new RegExp(`processor plugin "broken": ${faults} errors?$`, 'm'))
    if (records === 0) assert.match(ended.error, new RegExp(`DROPPED \\(plugin "broken" failed ${EVENTS}\\)`))
  })

test('with onError stop, a processor that fails ends the run, and is reported by name', LIMIT, async () => {
  for (const broken of ['run', 'run late']) {
    const { exit, error } = await run('processor', broken, { environment: { BROKEN_ONERROR: 'stop' } })
    assert.equal(exit, 1)
    assert.match(error, failedInRun(broken))
    assert.match(error, /processor plugin "broken": 1 error$/m)
    assert.doesNotMatch(error, /, complete$/m)
  }
})

const failedInRun = (broken: string): RegExp =>
  new RegExp(`SFP_PLUGIN_FAILED: processor "broken" failed in run: broken in ${broken}; see \\S+kit.mjs`)

test('a plugin that hangs at the end of the run is reported by name after a while', LIMIT, async () => {
  const cases = [
    ['driver', 'run', /SFP_RUN_STUCK: driver "broken"/],
    ['processor', 'run', /SFP_RUN_STUCK: stage "broken"/],
    ['transport', 'send', /transport "broken"/],
  ] as const
  await Promise.all(
    cases.map(async ([kind, step, expected]) => {
      const { exit, error } = await run(kind, `hang in ${step}`, { isStopped: true })
      assert.equal(exit, 1, error)
      assert.match(error, expected)
    }),
  )
})

test('a plugin that hangs in close is reported by name after a while, and all records arrive', LIMIT, async () => {
  await Promise.all(
    PLUGIN_KINDS.map(async kind => {
      const { records, error } = await run(kind, 'hang in close')
      assert.equal(records, EVENTS, error)
      assert.match(error, /SFP_\w+: [^\n]*"broken"[^\n]* (close|stop|end)/, kind)
    }),
  )
})

test('with -test, an uncaught error or a failing close of a plugin fails the test', LIMIT, async () => {
  for (const [broken, reported] of [
    ['', /Health checks: passed/],
    ['leak', /SFP_PLUGIN_UNCAUGHT: uncaught error of processor "broken": leaked/],
    ['close', /SFP_PLUGIN_FAILED: processor "broken" failed in close/],
  ] as const) {
    const { exit, error } = await run('processor', broken, { more: ['-test'] })
    assert.equal(exit, broken === '' ? 0 : 1, error)
    assert.match(error, reported)
  }
})

test('an uncaught error of a module during loading is reported too, for every command', LIMIT, async () => {
  const module = join(folder, 'leaking.mjs')
  writeFileSync(
    module,
    `Promise.reject(new Error('early'))
     await new Promise(resolve => setTimeout(resolve, 5))
     export const plugin = { kind: 'action', name: 'leaking', contract: 2, summary: '', create() {},
       options: { type: 'object', additionalProperties: false, properties: {} } }`,
  )
  const reported = /SFP_PLUGIN_UNCAUGHT: uncaught error of (the plugin|action "leaking").*: early; see \S+leaking.mjs:1/
  const pipeline = JSON.parse(readFileSync(join(folder, 'driver.json'), 'utf8')).pipeline
  const config = (name: string, more: object): string => {
    writeFileSync(join(folder, name), JSON.stringify({ plugins: ['./leaking.mjs'], pipeline, ...more }))
    return join(folder, name)
  }
  const whole = config('leaking.json', {})
  const ran = await runProgram(['-config', whole, TRACE])
  assert.deepEqual([ran.exit, ran.records], [1, EVENTS])
  assert.match(ran.error, reported)
  const shown = await runProgram(['config', '-config', whole])
  assert.match(shown.error, reported)
  const refused = await runProgram(['-config', config('refused.json', { drivers: [{ driver: 'nobody' }] }), TRACE])
  assert.match(refused.error, reported)
  assert.match(refused.error, /SFP_PIPELINE_UNKNOWN_DRIVER/)
})

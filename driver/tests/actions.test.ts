// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { shared } from '../../core/testing/shared.js'
import { writeTrace } from '../../plugins/sysflow/avro/trace-writer.js'
import { appendixATrace } from '../../plugins/sysflow/testing/appendix-a-trace.js'
import { programRoot } from '../process/package.js'

/** Runs the whole program with rules that have actions. */

const folder = mkdtempSync(join(tmpdir(), 'actions-'))
after(() => rmSync(folder, { recursive: true }))

/** The compiled program, or its source if the tests themselves run from source. */
const MAIN = ['../main.js', '../main.ts'].map(name => fileURLToPath(new URL(name, import.meta.url))).find(existsSync) ?? ''
const isCompiled = MAIN.endsWith('.js')
const LIMIT = { timeout: 120_000 }

const TRACE = join(folder, 'a.sf')
writeFileSync(TRACE, writeTrace(appendixATrace()))

const ACTIONS = join(folder, 'actions')
mkdirSync(ACTIONS)
function action(name: string, create: string, perTrace = true): void {
  const options = `{ type: 'object', additionalProperties: false, properties: { '${name}.unit': { type: 'string', description: 'A unit.' } } }`
  const facts = `kind: 'action', name: '${name}', contract: 2, summary: 's', isPartitionable: ${perTrace}, options: ${options}`
  writeFileSync(join(ACTIONS, `${name}.mjs`), `export const plugin = { ${facts}, create: ${create} }\n`)
}
action(
  'owner',
  `options => ({ run(hit) {
    hit.addTag('owned')
    hit.addField('owner', hit.record.text('sf.proc.user') + ' ' + (options['owner.unit'] ?? ''))
    hit.addField('ts', hit.record.value('sf.ts'))
  } })`,
)
action('breaks', `() => ({ run(hit) { hit.addTag('never'); throw new Error('out of order') } })`)

const RULES = join(folder, 'own.yaml')
writeFileSync(
  RULES,
  `- rule: Any event
  desc: d
  condition: sf.type != nothing
  tags: [of:rule]
  actions: [tag:first, owner, log:warn, unknwon, "tag:second, with blanks"]
- rule: Process event
  desc: d
  condition: sf.type = PE
  priority: high
  actions: [tag:third]
`,
)

interface Ended {
  readonly exit: number | null
  readonly records: readonly { readonly ts: number; readonly tags: readonly string[]; readonly fields: object }[]
  readonly out: string
  readonly log: string
  readonly summary: { readonly parts: readonly { readonly name: string; readonly report: { readonly actions?: object } }[] }
}

function run(rules: string, settings: object, ...args: readonly string[]): Promise<Ended> {
  const config = join(mkdtempSync(join(folder, 'run-')), 'pipeline.json')
  writeFileSync(
    config,
    JSON.stringify({
      pipeline: [
        { processor: 'sysflowreader', in: 'sysflow sysflowchan', out: 'flat flattenerchan' },
        { processor: 'policyengine', in: 'flat flattenerchan', out: 'events eventchan', policies: rules, ...settings },
        { processor: 'exporter', in: 'events eventchan', export: 'terminal', format: 'json' },
      ],
    }),
  )
  return runWith(config, '-actiondir', ACTIONS, ...args)
}

async function runWith(config: string, ...args: readonly string[]): Promise<Ended> {
  const flags = process.execArgv.filter(flag => !flag.startsWith('--test'))
  const child = spawn(process.execPath, [...flags, MAIN, '-config', config, '-summary', 'json', ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '' },
  })
  let [out, error] = ['', '']
  child.stdout.on('data', chunk => {
    out += String(chunk)
  })
  child.stderr.on('data', chunk => {
    error += String(chunk)
  })
  const exit = await new Promise<number | null>(done => child.on('close', done))
  const lines = out.split('\n').slice(0, -1)
  return {
    exit,
    records: lines.map(line => JSON.parse(line)),
    out,
    log: error,
    summary: exit === 0 ? JSON.parse(error.trimEnd().split('\n').at(-1) ?? '') : { parts: [] },
  }
}

const actionsIn = ({ summary }: Ended): unknown => summary.parts.find(({ name }) => name === 'policyengine')?.report.actions

test('check 83, 84: rules run their actions in order; built-in actions and those of a folder', LIMIT, async () => {
  const ended = await run(RULES, { 'owner.unit': 'blue', 'log.attributes': ['sf.proc.exe'] }, TRACE)
  const { exit, records, out, log } = ended
  assert.equal(exit, 0, log)
  const [processEvent, fileFlow] = records
  const tags = ['first', 'owned', 'second, with blanks']
  assert.deepEqual(processEvent?.tags, [...tags, 'third', 'of:rule'])
  assert.deepEqual(fileFlow?.tags, [...tags, 'of:rule'])
  assert.deepEqual(Object.keys(processEvent ?? {}).slice(-3), ['policies', 'tags', 'fields'])
  assert.match(out, /,"fields":\{"owner":"root blue","ts":1700000001000000000\}\}\n/)
  assert.match(log, /own\.yaml:5:41 {2}warning SFP_ENGINE_UNKNOWN_ACTION/)
  assert.match(log, /unknown action "unknwon"; rule "Any event" runs without it/)
  assert.match(log, /\[Warn\] \S+ \S+ policyengine: Any event \(low\) sf\.proc\.exe=\/bin\/sh\n/)
  const runs = { runs: records.length, faults: 0 }
  const processEvents = records.filter(({ tags: all }) => all.includes('third')).length
  assert.deepEqual(actionsIn(ended), { tag: { runs: 2 * records.length + processEvents, faults: 0 }, owner: runs, log: runs })
})

test('an action that fails loses only its own additions, and is reported a few times', LIMIT, async () => {
  const rules = join(folder, 'breaks.yaml')
  writeFileSync(rules, '- rule: All\n  desc: d\n  condition: sf.type != nothing\n  actions: [breaks, tag:seen]\n')
  const ended = await run(rules, {}, TRACE)
  const { exit, records, log } = ended
  assert.equal(exit, 0, log)
  assert.ok(records.length > 4 && records.every(({ tags }) => tags.join() === 'seen'))
  assert.equal(log.split('SFP_PLUGIN_FAILED: action "breaks" failed in run (rule "All"): out of order').length, 1 + 3)
  assert.match(log, new RegExp(`${records.length - 3} more errors of action "breaks"`))
  const runs = records.length
  assert.deepEqual(actionsIn(ended), { breaks: { runs, faults: runs }, tag: { runs, faults: 0 } })
})

test('an unknown setting of an action is refused with a suggestion', LIMIT, async () => {
  const { exit, log, out } = await run(RULES, { 'owner.unti': 'blue' }, TRACE)
  assert.match(log, /"owner\.unti".*did you mean "owner\.unit"\?/)
  assert.deepEqual([exit, out], [1, ''])
})

test('several threads give the same result as one, and their counts are added', {
  ...LIMIT,
  skip: isCompiled ? false : 'needs compiled code',
}, async () => {
  const paths = Array<string>(4).fill(TRACE)
  const [alone, shared] = [await run(RULES, {}, ...paths), await run(RULES, {}, '-workers', '2', ...paths)]
  assert.equal(shared.exit, 0, shared.log)
  assert.equal(shared.out, alone.out)
  assert.deepEqual(actionsIn(shared), actionsIn(alone))
  action('remembers', '() => ({ run() {} })', false)
  const kept = await run(RULES, {}, '-workers', '2', ...paths)
  rmSync(join(ACTIONS, 'remembers.mjs'))
  assert.match(kept.log, /SFP_RUN_WORKERS: .*remembers/)
  assert.equal(kept.out, alone.out)
})

test('actions work on log records of OpenTelemetry', LIMIT, async () => {
  action('asks', `() => ({ run(hit) { hit.addField('service', hit.record.text('service.name')); hit.addField('times', 3) } })`)
  const rules = join(folder, 'logs.yaml')
  writeFileSync(rules, '- rule: Shop\n  desc: d\n  condition: service.name = shop\n  actions: [asks, tag:seen]\n')
  const config = join(folder, 'logs.json')
  writeFileSync(
    config,
    JSON.stringify({
      drivers: [{ driver: 'otelfile', out: 'logs otelchan' }],
      pipeline: [
        { processor: 'policyengine', in: 'logs otelchan', out: 'alerts otelchan', policies: rules },
        { processor: 'exporter', in: 'alerts otelchan', export: 'terminal', format: 'otel' },
      ],
    }),
  )
  const logs = join(programRoot(), 'resources', 'otel', 'logs.json')
  const { exit, out, log } = await runWith(config, '-actiondir', ACTIONS, logs)
  rmSync(join(ACTIONS, 'asks.mjs'))
  assert.equal(exit, 0, log)
  assert.ok(
    out.includes(
      '{"key":"sf.processor.tags","value":{"arrayValue":{"values":[{"stringValue":"seen"}]}}},' +
        '{"key":"sf.processor.fields.service","value":{"stringValue":"shop"}},' +
        '{"key":"sf.processor.fields.times","value":{"intValue":"3"}}]',
    ),
    out,
  )
})

const NOW = join(programRoot(), 'plugins', 'examples', 'actions', 'now', 'pipeline.json')
const TCP = shared('traces', 'processor', 'tcp.sf')
const withoutTrace = existsSync(TCP) ? false : `there is no ${TCP}`

for (const [trace, skip] of [
  [join(programRoot(), 'resources', 'traces', 'webshell.sf'), false],
  [TCP, withoutTrace],
] as const)
  test(`the example "now" tags every alert of ${basename(trace)} with the time`, {
    ...LIMIT,
    skip: isCompiled ? skip : 'needs compiled code',
  }, async () => {
    const before = BigInt(Date.now() - 2) * 1_000_000n
    const { exit, records, log } = await runWith(NOW, trace)
    const after = BigInt(Date.now() + 2) * 1_000_000n
    assert.equal(exit, 0, log)
    assert.ok(records.length > 0)
    for (const { tags } of records) {
      const [, nanos = '0'] = /^now_in_nanos:(\d{19})$/.exec(tags[0] ?? '') ?? []
      assert.ok(before <= BigInt(nanos) && BigInt(nanos) <= after, tags.join())
      assert.deepEqual(tags.slice(1), ['process'])
    }
  })

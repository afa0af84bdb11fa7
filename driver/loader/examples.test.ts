// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { runHandler } from 'sfprocessor/testing'
import { shared } from '../../core/testing/shared.js'
import { plugin as printer } from '../../plugins/examples/handlers/printer/index.js'
import { programRoot } from '../process/package.js'

/** Runs the pipelines of the examples as their pages describe. They name compiled files. */
const MAIN = join(programRoot(), 'dist', 'driver', 'main.js')
const TCP = shared('traces', 'processor', 'tcp.sf')
const SHIPPED = join('resources', 'traces', 'webshell.sf')

const withoutBuild = existsSync(MAIN) ? false : `nothing is compiled at ${MAIN}`
const withoutTrace = withoutBuild || (existsSync(TCP) ? false : `there is no ${TCP}`)

interface Ended {
  readonly exit: number | null
  /** What the component has logged. */
  readonly lines: readonly string[]
  readonly out: string
  readonly error: string
}

function run(example: string, component: string, paths: readonly string[]): Promise<Ended> {
  const config = join('plugins', 'examples', example, 'pipeline.json')
  const child = spawn(process.execPath, [MAIN, '-config', config, ...paths], { cwd: programRoot() })
  let [out, error] = ['', '']
  child.stdout.on('data', chunk => {
    out += String(chunk)
  })
  child.stderr.on('data', chunk => {
    error += String(chunk)
  })
  return new Promise(resolve =>
    child.on('close', exit => {
      const lines = error.split('\n').flatMap(line => line.split(`${component}: `)[1] ?? [])
      resolve({ exit, lines, out, error })
    }),
  )
}

for (const [trace, skip] of [
  [SHIPPED, withoutBuild],
  [TCP, withoutTrace],
] as const)
  test(`the printer prints the same for ${basename(trace)} in the program and in runHandler`, { skip }, async () => {
    const { exit, lines, error } = await run('handlers/printer', 'sysflowreader', [trace])
    assert.equal(exit, 0, error)
    const { logged } = (await runHandler(printer, { records: { trace } })).host
    assert.ok(logged.length > 0)
    assert.deepEqual(
      lines,
      logged.map(({ text }) => text),
    )
  })

test('the example processor logs its four process events', { skip: withoutTrace }, async () => {
  const { exit, lines, error } = await run('processors/example', 'example', [TCP])
  assert.equal(exit, 0, error)
  assert.deepEqual(
    lines.filter(line => line.startsWith('Process Event')),
    [
      'Process Event: ./server, 13823',
      'Process Event: ./client, 13824',
      'Process Event: ./client, 13824',
      'Process Event: ./server, 13823',
    ],
  )
})

test('both run on the shipped trace, and the output of the processor is evaluated', { skip: withoutBuild }, async () => {
  const printed = await run('handlers/printer', 'sysflowreader', [SHIPPED])
  assert.equal(printed.exit, 0, printed.error)
  assert.ok(printed.lines.some(line => /^NetworkFlow \S+, \d+$/.test(line)))
  const { exit, out, error } = await run('processors/example', 'example', [SHIPPED])
  assert.equal(exit, 0, error)
  assert.ok(out.split('\n').some(line => line.includes('"policies"')))
})

test('the scenario driver creates records that match rules, new in each run', { skip: withoutBuild }, async () => {
  const { exit, out, error } = await run('drivers/scenario', 'scenario', [
    join('plugins', 'examples', 'drivers', 'scenario', 'webshell.yaml'),
  ])
  assert.equal(exit, 0, error)
  const alerts = out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  assert.equal(alerts.length, 6)
  assert.equal(new Set(alerts.map(({ proc }) => `${proc.pid} ${proc.createts}`)).size, 6, 'processes are others each time')
})

// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { shared } from '../../core/testing/shared.js'
import { type SocketSoak, socketSoak } from './socket-soak.js'

/**
 * `make soak`: the proofs that take too long for every change, one after the other; each figure goes to `bench/soak.md` and
 * `bench/results/soak.json`. SOAK_MINUTES says for how long the socket is fed (30), SOAK_ONLY=socket|tests does a part.
 */
const minutes = Number(process.env.SOAK_MINUTES ?? 30)
const only = process.env.SOAK_ONLY
const RESULTS = 'bench/results/soak.json'
const tell = (text: string): void => void process.stdout.write(`${text}\n`)

/** Tests that do more with SFPROCESSOR_SOAK, and what that is. */
const TESTS = [
  ['10 000 histories of a spool with crashes, on a modelled file system', 'dist/core/spool/testing/soak/spool-histories.test.js'],
  ['1 000 kills of a process that writes into a spool', 'dist/core/spool/testing/soak/spool-kill.test.js'],
  [
    '1 000 kills of the program between a trace and its target, with checkpoint and spool',
    'dist/core/spool/testing/soak/spool-program-kill.test.js',
  ],
  ['200 kills of the program with checkpoint and file', 'dist/driver/tests/restart.test.js'],
] as const

interface TestRun {
  readonly what: string
  readonly seconds: number
  readonly passed: boolean
  /** What the tests said of themselves. */
  readonly notes: readonly string[]
}

async function testRun(what: string, file: string): Promise<TestRun> {
  const begin = performance.now()
  const child = spawn(process.execPath, ['--test', '--test-reporter=tap', file], {
    env: { ...process.env, SFPROCESSOR_SOAK: '1', SFPROCESSOR_CACHE: 'off' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    said += text
  })
  const [code] = await once(child, 'close')
  const notes = said
    .split('\n')
    .filter(line => /^ *# /.test(line))
    .map(line => line.replace(/^ *# /, ''))
  const own = notes.filter(note => !/^(Subtest|tests|suites|pass|fail|cancelled|skipped|todo|duration_ms)\b/.test(note))
  if (code !== 0) tell(said)
  return { what, seconds: Math.round((performance.now() - begin) / 1000), passed: code === 0, notes: own }
}

const runs: TestRun[] = []
if (only !== 'socket')
  for (const [what, file] of TESTS) {
    tell(what)
    runs.push(await testRun(what, file))
  }
let socket: SocketSoak | undefined
if (only !== 'tests') {
  tell(`socket, ${minutes} minutes`)
  socket = await socketSoak(shared('traces/processor/1621959914'), shared('policies/runtimeintegrity'), minutes * 60, tell)
}
const holds =
  socket === undefined || (socket.slope < 1 && socket.taken === socket.messages && socket.dropped === 0 && socket.exit === 0)
const isGood = holds && runs.every(({ passed }) => passed)
const machine = `${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`
const before: { runs?: TestRun[]; socket?: SocketSoak } = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {}
const kept = { machine, runs: runs.length > 0 ? runs : (before.runs ?? []), socket: socket ?? before.socket }
writeFileSync(RESULTS, `${JSON.stringify(kept, undefined, 2)}\n`)
writeFileSync('bench/soak.md', page(kept))
tell(isGood ? 'all held' : 'something did not hold')
process.exitCode = isGood ? 0 : 1

function page({ machine: where, runs: tests, socket: fed }: typeof kept): string {
  const lines = tests.map(
    ({ what, seconds, passed, notes }) => `| ${what} | ${seconds} s | ${passed ? 'held' : '**failed**'} | ${notes.join('; ')} |`,
  )
  const socketLines = fed
    ? [
        `| duration | ${fed.seconds} s |`,
        `| messages sent | ${fed.messages} (${fed.messagesPerSecond} a second) |`,
        `| messages taken, by the books of the driver | ${fed.taken} |`,
        `| records dropped anywhere | ${fed.dropped} |`,
        `| alerts | ${fed.alerts} |`,
        `| memory after warming up, at the end | ${fed.firstMemory.toFixed(1)} MB, ${fed.lastMemory.toFixed(1)} MB |`,
        `| memory, MB a minute by least squares (must be under 1) | ${fed.slope.toFixed(3)} |`,
        `| exit status after SIGTERM | ${fed.exit} |`,
      ]
    : []
  return `# Soak

Written by \`make soak\` on ${where}.

| what | took | | notes |
|---|---:|---|---|
${lines.join('\n')}

Two collectors send a recorded trace again and again, as fast as it is taken, into a process that judges every record with 79 rules.

| socket | |
|---|---|
${socketLines.join('\n')}
`
}

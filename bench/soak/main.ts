// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { shared } from '../../core/testing/shared.js'
import { type SocketSoak, socketSoak } from './socket-soak.js'

/**
 * `make soak`: tests that take too long for every change, one after the other; the figures go to `bench/soak.md` and
 * `bench/results/soak.json`. SOAK_MINUTES: duration of the socket test (default 30); SOAK_ONLY=socket|tests runs a part.
 */
const minutes = Number(process.env.SOAK_MINUTES ?? 30)
const only = process.env.SOAK_ONLY
const RESULTS = 'bench/results/soak.json'
const log = (text: string): void => void process.stdout.write(`${text}\n`)

/** Tests that do more with SFPROCESSOR_SOAK, with a description. */
const TESTS = [
  [
    '10 000 random histories of a spool with crashes, on a simulated file system',
    'dist/core/spool/testing/soak/spool-histories.test.js',
  ],
  ['1 000 kills of a process that writes to a spool', 'dist/core/spool/testing/soak/spool-kill.test.js'],
  [
    '1 000 kills of the program during a trace, with checkpoint and spool',
    'dist/core/spool/testing/soak/spool-program-kill.test.js',
  ],
  ['200 kills of the program with checkpoint and file', 'dist/driver/tests/restart.test.js'],
] as const

interface TestRun {
  readonly what: string
  readonly seconds: number
  readonly passed: boolean
  /** Notes that the tests printed. */
  readonly notes: readonly string[]
}

async function runTests(what: string, file: string): Promise<TestRun> {
  const begin = performance.now()
  const child = spawn(process.execPath, ['--test', '--test-reporter=tap', file], {
    env: { ...process.env, SFPROCESSOR_SOAK: '1', SFPROCESSOR_CACHE: 'off' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text
  })
  const [code] = await once(child, 'close')
  const notes = output
    .split('\n')
    .filter(line => /^ *# /.test(line))
    .map(line => line.replace(/^ *# /, ''))
  const testNotes = notes.filter(note => !/^(Subtest|tests|suites|pass|fail|cancelled|skipped|todo|duration_ms)\b/.test(note))
  if (code !== 0) log(output)
  return { what, seconds: Math.round((performance.now() - begin) / 1000), passed: code === 0, notes: testNotes }
}

const runs: TestRun[] = []
if (only !== 'socket')
  for (const [what, file] of TESTS) {
    log(what)
    runs.push(await runTests(what, file))
  }
let socket: SocketSoak | undefined
if (only !== 'tests') {
  log(`socket, ${minutes} minutes`)
  socket = await socketSoak(shared('traces/processor/1621959914'), shared('policies/runtimeintegrity'), minutes * 60, log)
}
const isSocketSteady =
  socket === undefined || (socket.slope < 1 && socket.taken === socket.messages && socket.dropped === 0 && socket.exit === 0)
const hasPassed = isSocketSteady && runs.every(({ passed }) => passed)
const machine = `${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`
const previous: { runs?: TestRun[]; socket?: SocketSoak } = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {}
const results = { machine, runs: runs.length > 0 ? runs : (previous.runs ?? []), socket: socket ?? previous.socket }
writeFileSync(RESULTS, `${JSON.stringify(results, undefined, 2)}\n`)
writeFileSync('bench/soak.md', soakPage(results))
log(hasPassed ? 'all soak tests passed' : 'a soak test failed')
process.exitCode = hasPassed ? 0 : 1

function soakPage({ machine: machineName, runs: tests, socket: socketRun }: typeof results): string {
  const lines = tests.map(
    ({ what, seconds, passed, notes }) =>
      `| ${what} | ${seconds} s | ${passed ? 'passed' : '**failed**'} | ${notes.join('; ')} |`,
  )
  const socketLines = socketRun
    ? [
        `| duration | ${socketRun.seconds} s |`,
        `| messages sent | ${socketRun.messages} (${socketRun.messagesPerSecond} per second) |`,
        `| messages in, according to the ledger of the driver | ${socketRun.taken} |`,
        `| records dropped by any stage | ${socketRun.dropped} |`,
        `| alerts | ${socketRun.alerts} |`,
        `| memory after the warm-up, at the end | ${socketRun.firstMemory.toFixed(1)} MB, ${socketRun.lastMemory.toFixed(1)} MB |`,
        `| memory growth in MB per minute, by least squares (limit 1) | ${socketRun.slope.toFixed(3)} |`,
        `| exit status after SIGTERM | ${socketRun.exit} |`,
      ]
    : []
  return `# Soak tests

\`make soak\` on ${machineName}.

| test | duration | result | notes |
|---|---:|---|---|
${lines.join('\n')}

## Socket

Two collectors send a recorded trace repeatedly at full speed to a process that evaluates 79 rules on every record.

| measurement | value |
|---|---|
${socketLines.join('\n')}
`
}

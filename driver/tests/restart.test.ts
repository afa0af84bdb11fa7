// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { TraceRecord } from '../../plugins/sysflow/avro/trace-record.js'
import { writeTrace } from '../../plugins/sysflow/avro/trace-writer.js'

const root = mkdtempSync(join(tmpdir(), 'restart-'))
after(() => rmSync(root, { recursive: true }))

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url))
const skip = existsSync(MAIN) ? false : 'needs the compiled program'
/** Number of kills; with SFPROCESSOR_SOAK the number that the release promises. */
const KILLS = process.env.SFPROCESSOR_SOAK ? 200 : 8
const EVENTS = 200_000

/** Every event belongs to the same process and has its number as thread id. */
function events(from: number, count: number): TraceRecord[] {
  const header: TraceRecord = { branch: 'H', record: { version: 5, exporter: 'host', ip: '10.0.0.1', filename: 'trace' } }
  const oid = { createTS: 1n, hpid: 7 }
  const process: TraceRecord = {
    branch: 'P',
    record: {
      state: 'CREATED', oid, poid: null, ts: 1n, exe: '/bin/counter', exeArgs: '', uid: 0, userName: 'root', gid: 0, groupName: 'root',
      tty: false, containerId: null, entry: false, cwd: '/', env: [],
    },
  } // biome-ignore format: short
  const event = (tid: number): TraceRecord => ({
    branch: 'PE', record: { procOID: oid, ts: BigInt(tid) + 2n, tid, opFlags: 4, args: [], ret: 0 },
  }) // biome-ignore format: short
  return [header, process, ...Array.from({ length: count }, (_, n) => event(from + n))]
}

function start(pipeline: string, traces: string): ChildProcess {
  return spawn(process.execPath, [MAIN, '-quiet', '-config', pipeline, traces], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, SFPROCESSOR_CACHE: 'off' },
  })
}

test('a program that is killed at any moment and restarted loses no record, damages none, and knows the processes of all', {
  skip,
  timeout: 7_200_000,
}, async context => {
  const traces = join(root, 'traces')
  mkdirSync(traces)
  for (const part of [0, 1, 2, 3])
    writeFileSync(join(traces, `trace.${part}`), writeTrace(events(part * (EVENTS / 4), EVENTS / 4), { blockSize: 100 }))
  let [kills, twice] = [0, 0]
  for (let round = 0; kills < KILLS; round++) {
    const killed = await killedRun(traces, join(root, String(round)), KILLS - kills)
    assert.ok(killed.kills > 0, 'the program ends before it can be killed')
    kills += killed.kills
    twice += killed.lines - EVENTS
    rmSync(join(root, String(round)), { recursive: true })
  }
  context.diagnostic(`${kills} kills, ${twice} records came twice`)
})

/** Kills the program until it runs to its end, and checks its output; then it must have no more work. */
async function killedRun(
  traces: string,
  folder: string,
  most: number,
): Promise<{ readonly kills: number; readonly lines: number }> {
  mkdirSync(folder)
  const output = join(folder, 'out.json')
  const pipeline = join(folder, 'pipeline.json')
  writeFileSync(
    pipeline,
    JSON.stringify({
      drivers: [{ driver: 'file', out: 'raw sysflowchan', checkpoint: join(folder, 'checkpoint'), 'checkpoint.every': 10 }],
      pipeline: [
        { processor: 'sysflowreader', handler: 'flattener', in: 'raw sysflowchan', out: 'flat flattenerchan' },
        { processor: 'policyengine', mode: 'enrich', in: 'flat flattenerchan', out: 'evt eventchan' },
        { processor: 'exporter', export: 'file', 'file.path': output, 'file.sync': true, in: 'evt eventchan' },
      ],
    }),
  )
  let kills = 0
  for (let isOver = false; !isOver; ) {
    const child = start(pipeline, traces)
    const ended = once(child, 'exit')
    if (kills < most) await killWhileItWrites(child, output)
    const [code, signal] = await ended
    if (signal === 'SIGKILL') kills++
    else assert.equal(code, 0)
    isOver = signal === null
  }
  const lines = readFileSync(output, 'utf8').split('\n')
  assert.equal(lines.pop(), '')
  const seen = new Set<number>()
  let torn = 0
  for (const line of lines) {
    const record = parsed(line)
    if (record === undefined) torn++
    else {
      assert.equal(record.proc.exe, '/bin/counter')
      seen.add(record.proc.tid)
    }
  }
  // The torn line of a killed writer is terminated; its record is written again as a whole.
  assert.ok(torn <= kills, `${torn} torn lines after ${kills} kills`)
  assert.equal(seen.size, EVENTS)
  const [again] = await once(start(pipeline, traces), 'exit')
  assert.equal(again, 0)
  assert.equal(readFileSync(output, 'utf8').split('\n').length - 1, lines.length)
  return { kills, lines: lines.length }
}

/** At some time after it has begun to write, unless it ends before. */
async function killWhileItWrites(child: ChildProcess, output: string): Promise<void> {
  const sizeOf = (): number => statSync(output, { throwIfNoEntry: false })?.size ?? 0
  const before = sizeOf()
  while (child.exitCode === null && sizeOf() === before) await pause(5)
  await pause(Math.random() * 150)
  child.kill('SIGKILL')
}

function parsed(line: string): { readonly proc: { readonly tid: number; readonly exe: string } } | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

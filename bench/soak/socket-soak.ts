// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export interface SocketSoak {
  readonly seconds: number
  /** Sent messages. */
  readonly messages: number
  readonly messagesPerSecond: number
  /** Messages in the ledger of the driver, and messages that it and the later stages dropped. */
  readonly taken: number
  readonly dropped: number
  readonly alerts: number
  readonly exit: number
  /** MB after the warm-up and at the end; MB per minute in between, by least squares. */
  readonly firstMemory: number
  readonly lastMemory: number
  readonly slope: number
}

const MAIN = fileURLToPath(new URL('../../driver/main.js', import.meta.url))
const SAMPLE_SECONDS = 5
/** Share of the time: the program compiles, and fills its tables and pools. */
const WARM_UP_SHARE = 0.2

/** Two collectors send `trace` repeatedly at full speed to a process that evaluates every record; its memory is measured. */
export async function socketSoak(
  trace: string,
  rules: string,
  seconds: number,
  log: (text: string) => void,
): Promise<SocketSoak> {
  const folder = mkdtempSync(join(tmpdir(), 'soak-'))
  try {
    const socket = join(folder, 'sysflow.sock')
    const pipeline = join(folder, 'pipeline.json')
    writeFileSync(pipeline, JSON.stringify(pipelineOf(rules)))
    const receiver = startProgram(['-log', 'error', '-summary', 'json', '-driver', 'socket', '-config', pipeline, socket])
    const sender = startProgram(['replay', '--to', socket, '--connections', '2', '--repeat', '1000000000', trace])
    const samples: { minute: number; megabytes: number }[] = []
    const begin = performance.now()
    const elapsed = (): number => (performance.now() - begin) / 1000
    while (elapsed() < seconds) {
      await pause(SAMPLE_SECONDS * 1000)
      if (sender.child.exitCode !== null || receiver.child.exitCode !== null) break
      if (elapsed() < seconds * WARM_UP_SHARE) continue
      samples.push({ minute: elapsed() / 60, megabytes: memoryOf(receiver.child) })
      if (samples.length % 12 === 0) log(`${Math.round(elapsed())} s, ${samples.at(-1)?.megabytes.toFixed(0)} MB`)
    }
    sender.child.kill('SIGTERM')
    const [, sent] = await ended(sender)
    receiver.child.kill('SIGTERM')
    const [exit, output] = await ended(receiver)
    const messages = Number(/(\d+) messages sent/.exec(sent)?.[1] ?? 0)
    const { parts } = summaryIn(output)
    return {
      seconds: Math.round(elapsed()),
      messages,
      messagesPerSecond: Math.round(messages / elapsed()),
      taken: parts[0]?.in ?? 0,
      dropped: parts.reduce((sum, { dropped }) => sum + Object.values(dropped).reduce((all, count) => all + count, 0), 0),
      alerts: parts.at(-1)?.out ?? 0,
      exit,
      firstMemory: samples[0]?.megabytes ?? 0,
      lastMemory: samples.at(-1)?.megabytes ?? 0,
      slope: slopeOf(samples),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const pipelineOf = (rules: string): object => ({
  pipeline: [
    { processor: 'sysflowreader', in: 'raw sysflowchan', out: 'flat flattenerchan' },
    { processor: 'policyengine', policies: rules, mode: 'alert', in: 'flat flattenerchan', out: 'evt eventchan' },
    { processor: 'exporter', export: 'null', in: 'evt eventchan' },
  ],
})

interface RunningProgram {
  readonly child: ChildProcess
  readonly output: () => string
}

function startProgram(args: readonly string[]): RunningProgram {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let output = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-100_000)
  })
  return { child, output: () => output }
}

async function ended({ child, output }: RunningProgram): Promise<readonly [number, string]> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  return [child.exitCode ?? -1, output()]
}

const memoryOf = ({ pid }: ChildProcess): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

interface Summary {
  readonly parts: readonly {
    readonly in: number
    readonly out: number
    readonly dropped: Readonly<Record<string, number>>
  }[]
}

function summaryIn(output: string): Summary {
  const line = output.split('\n').find(text => text.startsWith('{"exit"'))
  if (line === undefined) throw new Error(`the receiver gave no summary: ${output.slice(-1000)}`)
  return JSON.parse(line)
}

function slopeOf(samples: readonly { readonly minute: number; readonly megabytes: number }[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const minute = mean(samples.map(sample => sample.minute))
  const megabytes = mean(samples.map(sample => sample.megabytes))
  const numerator = samples.reduce((sum, sample) => sum + (sample.minute - minute) * (sample.megabytes - megabytes), 0)
  const denominator = samples.reduce((sum, sample) => sum + (sample.minute - minute) ** 2, 0)
  return numerator / denominator
}

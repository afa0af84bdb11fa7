// SPDX-License-Identifier: Apache-2.0
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One whole run of a program, measured from outside. */
export interface Run {
  readonly seconds: number
  /** Processor time of all its threads, user and system. */
  readonly cpuSeconds: number
  readonly peakMegabytes: number
  readonly status: number | null
  /** Its standard error. */
  readonly errors: string
}

/** Runs a command and discards its standard output. Processor time and memory are the kernel's accounting at its end. */
export async function measure(command: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> {
  if (!HAS_TIME) return await run(command, environment, true)
  const folder = mkdtempSync(join(tmpdir(), 'sfprocessor-time-'))
  try {
    const report = join(folder, 'report')
    const measured = await run([TIME, '-q', '-f', '%U %S %M', '-o', report, ...command], environment, false)
    const [user = 0, system = 0, kilobytes = 0] = readFileSync(report, 'utf8').trim().split(' ').map(Number)
    return { ...measured, cpuSeconds: user + system, peakMegabytes: kilobytes / 1024 }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const TIME = '/usr/bin/time'

/** GNU time gets the figures from the kernel when its child has ended; other implementations have other options. */
const HAS_TIME = spawnSync(TIME, ['-q', '-f', '%M', 'true']).status === 0

/** `isSampled`: processor time and memory are read from /proc during the run, which misses its last moments. */
function run(command: readonly string[], environment: NodeJS.ProcessEnv, isSampled: boolean): Promise<Run> {
  return new Promise((resolve, reject) => {
    const startTime = process.hrtime.bigint()
    const child = spawn(command[0] as string, command.slice(1), {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...environment },
    })
    let usage: ProcessUsage = { cpuSeconds: 0, peakMegabytes: 0 }
    const watch = isSampled ? setInterval(() => { usage = readUsage(child.pid) ?? usage }, 20) : undefined // biome-ignore format: short
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', text => {
      errors += text
    })
    let seconds = 0
    child.on('exit', () => {
      seconds = Number(process.hrtime.bigint() - startTime) / 1e9
      clearInterval(watch)
    })
    child.on('error', reject)
    child.on('close', status => resolve({ seconds, ...usage, status, errors }))
  })
}

interface ProcessUsage {
  readonly cpuSeconds: number
  readonly peakMegabytes: number
}

const TICKS_PER_SECOND = 100

/** The kernel's accounting of a process so far; undefined if it has ended, or without /proc. */
function readUsage(pid: number | undefined): ProcessUsage | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
      peakMegabytes: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024,
    }
  } catch {
    return undefined
  }
}

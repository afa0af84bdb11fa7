// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** One whole run of a program, seen from outside. */
export interface Run {
  readonly seconds: number
  /** Processor time of all its threads, user and system. */
  readonly cpuSeconds: number
  readonly peakMegabytes: number
  readonly status: number | null
}

const TICKS_PER_SECOND = 100

/** Runs a command with its output thrown away; memory and processor time are read from the kernel's own books while it runs. */
export function measure(command: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> {
  return new Promise((resolve, reject) => {
    const begun = process.hrtime.bigint()
    const child = spawn(command[0] as string, command.slice(1), {
      stdio: ['ignore', 'ignore', 'ignore'],
      env: { ...process.env, ...environment },
    })
    let peakMegabytes = 0
    let cpuSeconds = 0
    const look = () => {
      try {
        const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
        peakMegabytes = Math.max(peakMegabytes, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
        const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        cpuSeconds = Math.max(cpuSeconds, (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND)
      } catch {
        // The process has ended between two looks, or this system has no /proc: the last figures stand.
      }
    }
    const timer = setInterval(look, 20)
    child.on('error', reject)
    child.on('exit', status => {
      clearInterval(timer)
      resolve({ seconds: Number(process.hrtime.bigint() - begun) / 1e9, cpuSeconds, peakMegabytes, status })
    })
  })
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2
}

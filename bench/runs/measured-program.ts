// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

/** A measured program: the current build of the product, another build of it, or a program with the same options. */
export interface MeasuredProgram {
  readonly name: string
  readonly command: readonly string[]
  /** A cache folder of its own, so that no build reads the cache of another one. */
  readonly cache: string
  /** It supports `-summary json`. Otherwise only its output is compared. */
  readonly hasSummary: boolean
  readonly hasWorkers: boolean
}

export function measuredProgram(name: string, command: readonly string[], cache: string): MeasuredProgram {
  mkdirSync(cache, { recursive: true })
  const { stdout, error } = spawnSync(command[0] as string, [...command.slice(1), '-h'], { encoding: 'utf8' })
  if (error) throw error
  return { name, command, cache, hasSummary: stdout.includes('-summary'), hasWorkers: stdout.includes('-workers') }
}

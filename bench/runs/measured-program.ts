// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

/** A program that is measured: the product as it is built here, another build of it, or whatever takes the same options. */
export interface MeasuredProgram {
  readonly name: string
  readonly command: readonly string[]
  /** Its own cache folder, so that no build reads what another one kept. */
  readonly cache: string
  /** It can say what it did (`-summary json`). Otherwise its output alone is compared. */
  readonly hasSummary: boolean
  readonly hasWorkers: boolean
}

export function measuredProgram(name: string, command: readonly string[], cache: string): MeasuredProgram {
  mkdirSync(cache, { recursive: true })
  const { stdout, error } = spawnSync(command[0] as string, [...command.slice(1), '-h'], { encoding: 'utf8' })
  if (error) throw error
  return { name, command, cache, hasSummary: stdout.includes('-summary'), hasWorkers: stdout.includes('-workers') }
}

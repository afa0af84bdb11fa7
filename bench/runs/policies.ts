// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MeasuredProgram } from './measured-program.js'

export interface LoadedPolicies {
  /** Folder with only the loadable files. */
  readonly folder: string
  /** Names the loadable files and the omitted ones, with the number of rules and of rules that can match. */
  readonly note: string
}

/** Runs the programs on each file of a folder of rules, and copies the files that all programs accept to `folder`. */
export function loadablePolicies(
  source: string,
  folder: string,
  subjects: readonly MeasuredProgram[],
  trace: string,
): LoadedPolicies {
  mkdirSync(folder, { recursive: true })
  const names = readdirSync(source).filter(name => /\.ya?ml$/.test(name))
  const isLoadable = (subject: MeasuredProgram, name: string) =>
    loadedRules(join(source, name), `${folder}.json`, subject, trace) !== undefined
  const loaded = names.filter(name => subjects.every(subject => isLoadable(subject, name)))
  for (const name of loaded) copyFileSync(join(source, name), join(folder, name))
  const [counts] = subjects.map(subject => loadedRules(folder, `${folder}.json`, subject, trace))
  if (!counts) throw new Error(`the files of ${source} load one by one but not together: ${loaded.join(', ')}`)
  const notLoaded = names.filter(name => !loaded.includes(name))
  const inactive = counts.inactive === 0 ? '' : `, ${counts.inactive} of them inactive because SysFlow lacks fields that they use`
  const note = `${counts.rules} rules of ${loaded.join(', ')}${inactive}${notLoaded.length === 0 ? '' : `; not loaded: ${notLoaded.join(', ')}`}`
  return { folder, note }
}

/** Number of loaded rules, or undefined if loading fails. */
function loadedRules(
  policies: string,
  settings: string,
  subject: MeasuredProgram,
  trace: string,
): { rules: number; inactive: number } | undefined {
  const stages = [
    { processor: 'sysflowreader', handler: 'flattener', in: 'sysflow sysflowchan', out: 'flat flattenerchan' },
    { processor: 'policyengine', in: 'flat flattenerchan', out: 'evt eventchan', mode: 'alert', policies },
    { processor: 'exporter', in: 'evt eventchan', export: 'null' },
  ]
  writeFileSync(settings, JSON.stringify({ pipeline: stages }))
  const [program = '', ...args] = subject.command
  const { status, stderr } = spawnSync(program, [...args, '-config', settings, '-log', 'error', '-summary', 'json', trace], {
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: subject.cache },
  })
  if (status !== 0) return undefined
  const summary = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') as { parts: readonly { report: EngineReport }[] }
  const report = summary.parts.find(part => part.report.rules !== undefined)?.report
  return { rules: report?.rules ?? 0, inactive: report?.inactive?.length ?? 0 }
}

interface EngineReport {
  readonly rules?: number
  readonly inactive?: readonly string[]
}

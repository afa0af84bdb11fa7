// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type InputPaths, inputPaths } from './inputs/input-paths.js'
import { RATIOS } from './ratios.js'
import type { Results } from './results.js'
import { resultsTable } from './results-table.js'
import { benchRows, QUICK } from './rows.js'
import { buildRevision, programIn } from './runs/build-revision.js'
import { commitOf, machine, revision } from './runs/machine.js'
import { type MeasuredProgram, measuredProgram } from './runs/measured-program.js'
import type { PerformanceTarget } from './runs/performance-target.js'
import { loadablePolicies } from './runs/policies.js'
import type { Row } from './runs/row.js'
import { Sampler } from './runs/sampler.js'
import { runSession } from './session.js'

/**
 * `main.js [quick | compare REVISION]`: runs the built program several times per row and writes medians to a table; see
 * bench/README.md. BENCH_RUNS sets the number of runs, BENCH_SCALE the input size, BENCH_ROWS the rows (names with commas).
 */
const [mode = 'full', base] = process.argv.slice(2)
const DEFAULTS = { full: { runs: 3, scale: 1 }, quick: { runs: 1, scale: 0.1 }, compare: { runs: 5, scale: 0.25 } }
if (!isMode(mode)) throw new Error(`"${mode}" is none of ${Object.keys(DEFAULTS).join(', ')}`)
const runs = Number(process.env.BENCH_RUNS ?? DEFAULTS[mode].runs)
const scale = Number(process.env.BENCH_SCALE ?? DEFAULTS[mode].scale)
const selectedRows = process.env.BENCH_ROWS?.split(',')

const workFolder = mkdtempSync(join(tmpdir(), 'sfprocessor-bench-'))
try {
  await bench()
} catch (error) {
  log(messagesOf(error))
  process.exitCode = 1
} finally {
  rmSync(workFolder, { recursive: true, force: true })
}

async function bench(): Promise<void> {
  const ours = measuredProgram('ours', [process.execPath, resolve(programIn('.'))], join(workFolder, 'cache-ours'))
  const peer = peerSubject()
  const inputs = await inputPaths()
  const sampler = new Sampler(workFolder, import.meta.dirname)
  const notes = inputs.note === undefined ? [] : [inputs.note]
  const builds = peer?.hasSummary ? [ours, peer] : [ours]
  const falcoPolicies =
    inputs.falco === undefined ? undefined : loadablePolicies(inputs.falco, join(workFolder, 'falco'), builds, inputs.small)
  if (falcoPolicies) notes.push(`Falco: ${falcoPolicies.note}.`)
  const all = await benchRows({
    paths: inputs,
    scale,
    ...(falcoPolicies && { falco: falcoPolicies.folder }),
    lines: await linesOf(inputs, ours),
  })
  const unknown = selectedRows?.find(id => !all.some(row => row.id === id))
  if (unknown !== undefined) throw new Error(`unknown row "${unknown}"; there are ${all.map(({ id }) => id).join(', ')}`)
  const hasWorkers = ours.hasWorkers && peer?.hasWorkers !== false
  const selected = all.filter(row => isWanted(row) && (hasWorkers || !row.args?.includes('-workers')))
  if (scale < 1)
    notes.push(
      'Small inputs: start-up time has more weight than in the table, so rates and ratios are not compared with targets.',
    )
  if (!hasWorkers) notes.push('Runs with several workers: the program has no option -workers yet.')
  const measuredRows = selected.map(withApplicableTarget)
  const ratios = RATIOS.map(withApplicableTarget)
  const outcome = await runSession({ rows: measuredRows, ratios, ours, ...(peer && { peer }), runs, sampler, log })
  const results: Results = {
    machine: machine(),
    revision: revision(),
    date: new Date().toISOString(),
    scale,
    runs,
    peer: peer?.name,
    rows: outcome.rows,
    ratios: outcome.ratios,
    notes: [...notes, ...outcome.notes],
  }
  process.stdout.write(`${resultsTable(results)}\n`)
  if (mode === 'full' && scale === 1 && selectedRows === undefined && peer === undefined) publish(results)
}

/** The program that runs alternately with this one: a revision to compare with, or the program that SF_PEER names. */
function peerSubject(): MeasuredProgram | undefined {
  const cache = join(workFolder, 'cache-peer')
  if (mode === 'compare') {
    const commit = commitOf(base ?? '')
    log(`building ${commit.slice(0, 12)}`)
    return measuredProgram(commit.slice(0, 12), [process.execPath, buildRevision(commit)], cache)
  }
  return process.env.SF_PEER ? measuredProgram(process.env.SF_PEER, [process.env.SF_PEER], cache) : undefined
}

function isWanted({ id }: Row): boolean {
  if (selectedRows) return selectedRows.includes(id)
  return mode !== 'quick' || QUICK.has(id)
}

/** Output of the program for every record of the container trace, in a file that exists until the runs end. */
async function linesOf({ container }: InputPaths, ours: MeasuredProgram): Promise<string> {
  const path = join(workFolder, 'lines.json')
  const settings = { engine: { mode: 'enrich' }, exporter: { export: 'file', 'file.path': path } }
  await new Sampler(workFolder, import.meta.dirname).sample({ id: 'lines', name: 'lines', ...settings }, ours, container)
  return path
}

function publish(results: Results): void {
  mkdirSync('bench/results', { recursive: true })
  writeFileSync('bench/results/latest.json', `${JSON.stringify(results, null, 1)}\n`)
  const readme = readFileSync('bench/README.md', 'utf8')
  const tablePattern = /<!-- table -->[\s\S]*<!-- end -->/
  writeFileSync(
    'bench/README.md',
    readme.replace(tablePattern, () => `<!-- table -->\n${resultsTable(results)}\n<!-- end -->`),
  )
}

/** On small inputs the start time dominates, so only targets for the start itself apply. */
function withApplicableTarget<T extends { readonly target?: PerformanceTarget }>(item: T): T {
  if (scale >= 1 || item.target?.figure === 'seconds') return item
  const { target: _, ...rest } = item
  return rest as T
}

function isMode(word: string): word is keyof typeof DEFAULTS {
  return Object.hasOwn(DEFAULTS, word)
}

function log(item: string): void {
  process.stderr.write(`${item}\n`)
}

function messagesOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${messagesOf(error.cause)}`
}

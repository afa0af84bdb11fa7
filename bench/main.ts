// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Sources, sources } from './inputs/sources.js'
import { RATIOS } from './ratios.js'
import type { Results } from './results.js'
import { QUICK, rows } from './rows.js'
import { buildRevision } from './runs/build-revision.js'
import { commitOf, machine, revision } from './runs/machine.js'
import { loadablePolicies } from './runs/policies.js'
import type { Row } from './runs/row.js'
import { Sampler } from './runs/sampler.js'
import { type Subject, subject } from './runs/subject.js'
import type { Target } from './runs/target.js'
import { runAll } from './session.js'
import { table } from './table.js'

/**
 * `main.js [quick | compare REVISION]`: whole runs of the built program, each several times, medians in a table; see
 * bench/README.md. BENCH_RUNS, BENCH_SCALE and BENCH_ROWS (names with commas) change how often, how large, and which.
 */
const [mode = 'full', base] = process.argv.slice(2)
const DEFAULTS = { full: { runs: 3, scale: 1 }, quick: { runs: 1, scale: 0.1 }, compare: { runs: 5, scale: 0.25 } }
if (!isMode(mode)) throw new Error(`"${mode}" is none of ${Object.keys(DEFAULTS).join(', ')}`)
const runs = Number(process.env.BENCH_RUNS ?? DEFAULTS[mode].runs)
const scale = Number(process.env.BENCH_SCALE ?? DEFAULTS[mode].scale)
const chosen = process.env.BENCH_ROWS?.split(',')

const scratch = mkdtempSync(join(tmpdir(), 'sfprocessor-bench-'))
try {
  await bench()
} catch (error) {
  tell(messagesOf(error))
  process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

async function bench(): Promise<void> {
  const ours = subject('ours', [process.execPath, resolve('dist/driver/main.js')], join(scratch, 'cache-ours'))
  const peer = peerSubject()
  const from = await sources()
  const sampler = new Sampler(scratch, import.meta.dirname)
  const notes = from.note === undefined ? [] : [from.note]
  const builds = peer?.hasSummary ? [ours, peer] : [ours]
  const falco = from.falco === undefined ? undefined : loadablePolicies(from.falco, join(scratch, 'falco'), builds, from.small)
  if (falco) notes.push(`Falco: ${falco.note}.`)
  const all = await rows({ sources: from, scale, ...(falco && { falco: falco.folder }), lines: await linesOf(from, ours) })
  const unknown = chosen?.find(id => !all.some(row => row.id === id))
  if (unknown !== undefined) throw new Error(`no row is called "${unknown}"; there are ${all.map(({ id }) => id).join(', ')}`)
  const hasWorkers = ours.hasWorkers && peer?.hasWorkers !== false
  const wanted = all.filter(row => isWanted(row) && (hasWorkers || !row.args?.includes('-workers')))
  if (scale < 1) notes.push('Small inputs: start-up weighs more than it does in the table, so rates and ratios are not judged.')
  if (!hasWorkers) notes.push('Runs with several workers: the program has no option -workers yet.')
  const measured = wanted.map(judged)
  const ratios = RATIOS.map(judged)
  const outcome = await runAll({ rows: measured, ratios, ours, ...(peer && { peer }), runs, sampler, tell })
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
  process.stdout.write(`${table(results)}\n`)
  if (mode === 'full' && scale === 1 && chosen === undefined && peer === undefined) publish(results)
}

/** What runs in turn with ours: a revision to compare with, or the program that SF_PEER names. */
function peerSubject(): Subject | undefined {
  const cache = join(scratch, 'cache-peer')
  if (mode === 'compare') {
    const commit = commitOf(base ?? '')
    tell(`building ${commit.slice(0, 12)}`)
    return subject(commit.slice(0, 12), [process.execPath, buildRevision(commit)], cache)
  }
  return process.env.SF_PEER ? subject(process.env.SF_PEER, [process.env.SF_PEER], cache) : undefined
}

function isWanted({ id }: Row): boolean {
  if (chosen) return chosen.includes(id)
  return mode !== 'quick' || QUICK.has(id)
}

/** What the program writes for every record of the container trace, in a file that stays as long as the runs. */
async function linesOf({ container }: Sources, ours: Subject): Promise<string> {
  const path = join(scratch, 'lines.json')
  const settings = { engine: { mode: 'enrich' }, exporter: { export: 'file', 'file.path': path } }
  await new Sampler(scratch, import.meta.dirname).sample({ id: 'lines', name: 'lines', ...settings }, ours, container)
  return path
}

function publish(results: Results): void {
  mkdirSync('bench/results', { recursive: true })
  writeFileSync('bench/results/latest.json', `${JSON.stringify(results, null, 1)}\n`)
  const page = readFileSync('bench/README.md', 'utf8')
  const place = /<!-- table -->[\s\S]*<!-- end -->/
  writeFileSync(
    'bench/README.md',
    page.replace(place, () => `<!-- table -->\n${table(results)}\n<!-- end -->`),
  )
}

/** On small inputs the start outweighs the rest, so only targets on the start itself mean anything there. */
function judged<T extends { readonly target?: Target }>(line: T): T {
  if (scale >= 1 || line.target?.figure === 'seconds') return line
  const { target: _, ...rest } = line
  return rest as T
}

function isMode(word: string): word is keyof typeof DEFAULTS {
  return Object.hasOwn(DEFAULTS, word)
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

function messagesOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${messagesOf(error.cause)}`
}

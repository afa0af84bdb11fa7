// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { createReadStream, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { measure, type Run } from './measure.js'
import type { MeasuredProgram } from './measured-program.js'
import type { Row } from './row.js'
import { parseFacts, type RunFacts } from './run-facts.js'

/** One run of a row: its speed and its facts. */
export interface Sample {
  readonly run: Run
  readonly facts: RunFacts
}

/** Runs the rows; all output goes to one folder and is removed after each run. */
export class Sampler {
  readonly #workFolder: string
  readonly #scripts: string

  /** `scripts`: folder of the built bench. */
  constructor(workFolder: string, scripts: string) {
    this.#workFolder = workFolder
    this.#scripts = scripts
  }

  /** Runs `row` once, on `path` if another input is given. Throws an Error if it fails or prints no facts. */
  async sample(row: Row, subject: MeasuredProgram, path = row.input?.path): Promise<Sample> {
    const output = row.hasOutput ? join(this.#workFolder, `${row.id}.out`) : undefined
    // The program appends to files.
    if (output) rmSync(output, { force: true })
    const cache = row.isFirstStart ? mkdtempSync(join(this.#workFolder, 'cache-')) : subject.cache
    const run = await measure(this.#command(row, subject, path, output), { XDG_CACHE_HOME: cache })
    if (run.status !== 0) throw new Error(`it ended with status ${run.status}: ${run.errors.slice(-1000)}`)
    const hasCounts = row.script !== undefined || (subject.hasSummary && path !== undefined)
    const facts = { ...(hasCounts && parseFacts(run.errors)), ...(output && (await factsOfFile(output))) }
    if (output) rmSync(output)
    return { run, facts }
  }

  #command(row: Row, subject: MeasuredProgram, path: string | undefined, output: string | undefined): string[] {
    if (row.script) {
      const [script = '', ...args] = row.script
      return [process.execPath, join(this.#scripts, script), ...args]
    }
    const args = [...subject.command, ...(row.args ?? [])]
    if (path === undefined) return args
    args.push('-config', this.#pipeline(row, output), '-log', 'error')
    if (subject.hasSummary) args.push('-summary', 'json')
    return [...args, path]
  }

  #pipeline({ id, engine, exporter }: Row, output: string | undefined): string {
    const path = join(this.#workFolder, `${id}-pipeline.json`)
    const stages = [
      { processor: 'sysflowreader', handler: 'flattener', in: 'sysflow sysflowchan', out: 'flat flattenerchan' },
      { processor: 'policyengine', in: 'flat flattenerchan', out: 'evt eventchan', ...engine },
      { processor: 'exporter', in: 'evt eventchan', ...exporter, ...(output && { 'file.path': output }) },
    ]
    writeFileSync(path, JSON.stringify({ pipeline: stages }))
    return path
  }
}

async function factsOfFile(path: string): Promise<RunFacts> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash)
  return { 'output bytes': statSync(path).size, 'output sha256': hash.digest('hex') }
}

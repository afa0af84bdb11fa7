// SPDX-License-Identifier: Apache-2.0
import { Writable } from 'node:stream'
import { runCommandLine } from '../driver/command-line.js'

/** The folder of the output for the shipped trace: `make golden` writes it, a test compares it, reviewers read the difference. */
export const GOLDEN_FOLDER = 'resources/golden'

const PIPELINE = 'resources/pipelines/terminal.json'

/** Settings of the terminal pipeline, as environment variables. */
const GOLDEN_RUNS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'webshell-alerts.json': {},
  'webshell-alerts-flat.json': { EXPORTER_FLAT: 'true' },
  'webshell-alerts-ecs.json': { EXPORTER_FORMAT: 'ecs' },
}

/** File name → text. Must run in the project's root. */
export async function goldenOutput(): Promise<ReadonlyMap<string, string>> {
  const output = new Map<string, string>()
  for (const [name, environment] of Object.entries(GOLDEN_RUNS)) output.set(name, await renderOutput(environment))
  return output
}

async function renderOutput(environment: Readonly<Record<string, string>>): Promise<string> {
  const stdout = new TextSink()
  const stderr = new TextSink()
  const neverAborted = new AbortController().signal
  const context = { stdout, stderr, environment, directory: process.cwd(), stop: neverAborted, abort: neverAborted }
  const exit = await runCommandLine(['-config', PIPELINE, '-quiet', 'resources/traces/webshell.sf'], context)
  if (exit !== 0) throw new Error(`exit status ${exit}: ${stderr.text}`)
  return stdout.text
}

class TextSink extends Writable {
  text = ''

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.text += Buffer.from(chunk).toString('utf8')
    done()
  }
}

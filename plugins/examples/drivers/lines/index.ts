// SPDX-License-Identifier: Apache-2.0
import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type DriverPlugin, Ledger, ListBatch } from 'sfprocessor/plugin'
import { LINE_ADAPTER, type Line } from './line-adapter.js'

/** Reads text files line by line. */
export const plugin: DriverPlugin = {
  kind: 'driver',
  name: 'lines',
  contract: 2,
  summary: 'reads text files line by line',
  options: { type: 'object', additionalProperties: false, properties: {} },
  offers: [LINE_ADAPTER.channel],
  adapters: [LINE_ADAPTER],
  create(_options, paths, host) {
    const ledger = new Ledger()
    return {
      ledger,
      async run(output, stop) {
        for (const path of paths) {
          for await (const lines of linesOf(resolve(host.directory, path))) {
            ledger.in += lines.length
            ledger.out += lines.length
            await output.send(new ListBatch(lines))
            if (stop.aborted) return
          }
        }
      },
    }
  },
}

async function* linesOf(file: string): AsyncGenerator<Line[], void, undefined> {
  let lines: Line[] = []
  let number = 0
  for await (const text of (await open(file)).readLines()) {
    lines.push({ file, number: ++number, text })
    if (lines.length === LINES_PER_BATCH) {
      yield lines
      lines = []
    }
  }
  if (lines.length > 0) yield lines
}

const LINES_PER_BATCH = 256

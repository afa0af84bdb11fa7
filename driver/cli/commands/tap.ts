// SPDX-License-Identifier: Apache-2.0

import { once } from 'node:events'
import type { CommandDefinition } from '../../../core/contract/command.js'
import { EXIT } from '../../exit-codes.js'
import type { ProcessContext } from '../../process/process-context.js'
import { AT_OPTION } from './top.js'

/** Prints the records of a channel of a running process, and on standard error the counts of records that were not shown. */
export const tapCommand: CommandDefinition<ProcessContext> = {
  name: 'tap',
  summary: 'show live records of a channel of a running process; requires "tap": true under "admin"',
  arguments: [{ name: '<channel>', description: 'name of the channel in the pipeline file' }],
  options: [
    AT_OPTION,
    { flags: '--where <condition>', description: 'only records that match a condition, in the syntax of rules' },
    { flags: '--fields <names>', description: 'attributes to show, separated by commas (default: all)' },
    { flags: '--limit <number>', description: 'stop after this number of records' },
  ],
  examples: [
    { line: 'sfprocessor tap events', description: 'print the records of a channel as JSON' },
    {
      line: "sfprocessor tap flat -where 'sf.proc.name = sh' -fields sf.ts,sf.proc.args -limit 10",
      description: 'print two attributes of ten matching records',
    },
  ],
  async run({ arguments: [channel = ''], options }, { stdout, stderr, stop }) {
    const { streamLines, resolveEndpointAddress } = await import('../admin-client.js')
    const parameters = new URLSearchParams()
    for (const name of ['where', 'fields', 'limit']) if (name in options) parameters.set(name, String(options[name]))
    const path = `/tap/${encodeURIComponent(channel)}?${parameters}`
    const address = resolveEndpointAddress(typeof options.at === 'string' ? options.at : undefined)
    let notShown = 0
    for await (const line of streamLines(address, path, stop)) {
      if (!line.startsWith('{"tap":')) {
        if (!stdout.write(`${line}\n`)) await once(stdout, 'drain')
        continue
      }
      const { dropped, skipped } = countsIn(line)
      if (dropped + skipped > notShown)
        stderr.write(`${dropped + skipped} records not shown so far (${dropped}: buffer full, ${skipped}: time limit)\n`)
      notShown = dropped + skipped
    }
    return EXIT.ok
  },
}

function countsIn(line: string): { readonly dropped: number; readonly skipped: number } {
  const { tap } = JSON.parse(line) as { tap: Readonly<Record<string, unknown>> }
  return { dropped: Number(tap.dropped), skipped: Number(tap.skipped) }
}

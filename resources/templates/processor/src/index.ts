// SPDX-License-Identifier: Apache-2.0
import { Ledger, type ProcessorPlugin } from 'sfprocessor/plugin'

/** Counts the records of each program and passes all records on. */
export const plugin: ProcessorPlugin = {
  kind: 'processor',
  name: 'sample',
  contract: 2,
  summary: 'logs the programs with the most records',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      top: { type: 'integer', minimum: 1, default: 5, description: 'Number of programs to log.' },
    },
    examples: [{ top: 3 }],
  },
  accepts: ['flattenerchan'],
  offers: ['flattenerchan'],
  create({ top }, host) {
    const ledger = new Ledger()
    const counts = new Map<string, number>()
    return {
      ledger,
      async run(input, output) {
        for await (const batch of input) {
          // The ledger: every record that came in is sent, filtered or dropped.
          ledger.in += batch.length
          for (const record of host.records(batch)) {
            const program = record.text('sf.proc.exe')
            counts.set(program, (counts.get(program) ?? 0) + 1)
          }
          ledger.out += batch.length
          // The next stage releases the batch. A processor that does not send a batch must call batch.release().
          await output.send(batch)
        }
        const most = [...counts].sort(([, a], [, b]) => b - a).slice(0, Number(top))
        for (const [program, records] of most) host.log.info(`${records} records of ${program}`)
      },
      report: () => ({ programs: counts.size }),
    }
  },
}

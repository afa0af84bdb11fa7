// SPDX-License-Identifier: Apache-2.0
import { Ledger, type ProcessorPlugin } from 'sfprocessor/plugin'

/** Counts programs; records pass on as they are. */
export const plugin: ProcessorPlugin = {
  kind: 'processor',
  name: 'sample',
  contract: 2,
  summary: 'logs which programs had most records',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      top: { type: 'integer', minimum: 1, default: 5, description: 'How many programs are told.' },
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
          // The books: everything that was taken is passed on, used or dropped.
          ledger.in += batch.length
          for (const record of host.records(batch)) {
            const program = record.text('sf.proc.exe')
            counts.set(program, (counts.get(program) ?? 0) + 1)
          }
          ledger.out += batch.length
          // Whoever keeps a batch calls batch.release(); here the next stage does.
          await output.send(batch)
        }
        const most = [...counts].sort(([, a], [, b]) => b - a).slice(0, Number(top))
        for (const [program, records] of most) host.log.info(`${records} records of ${program}`)
      },
      report: () => ({ programs: counts.size }),
    }
  },
}

// SPDX-License-Identifier: Apache-2.0
import { type DriverPlugin, Ledger, ListBatch } from 'sfprocessor/plugin'
import { READING_ADAPTER, type Reading } from './adapter.js'

/** Sends records of its own: readings of a simulated thermometer. */
export const plugin: DriverPlugin = {
  kind: 'driver',
  name: 'sample',
  contract: 2,
  summary: 'sends readings of a simulated thermometer',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      count: { type: 'integer', minimum: 0, default: 10, description: 'Number of readings; 0: until the program is stopped.' },
    },
    examples: [{ count: 3 }],
  },
  offers: [READING_ADAPTER.channel],
  adapters: [READING_ADAPTER],
  needsPath: false,
  create(options) {
    const ledger = new Ledger()
    const count = Number(options.count) || Number.POSITIVE_INFINITY
    return {
      ledger,
      // Resolves at the end of the input, or soon after `stop` fires.
      async run(output, stop) {
        for (let number = 1; number <= count && !stop.aborted; number++) {
          const reading: Reading = { number, place: number % 2 ? 'kitchen' : 'cellar', degrees: 15 + (number % 10) }
          ledger.in++
          ledger.out++
          await output.send(new ListBatch([reading]))
        }
      },
      report: () => ({ readings: ledger.in }),
    }
  },
}

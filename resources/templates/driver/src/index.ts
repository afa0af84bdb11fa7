// SPDX-License-Identifier: Apache-2.0
import { type DriverPlugin, Ledger, ListBatch } from 'sfprocessor/plugin'
import { type Reading, SOURCE } from './source.js'

/** Brings records of its own in: readings of a made-up thermometer. */
export const plugin: DriverPlugin = {
  kind: 'driver',
  name: 'sample',
  contract: 2,
  summary: 'sends readings of a made-up thermometer',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      count: { type: 'integer', minimum: 0, default: 10, description: 'Readings that are sent; 0: until it is stopped.' },
    },
    examples: [{ count: 3 }],
  },
  offers: [SOURCE.channel],
  // Rules, actions and encoders see the records as this says.
  adapters: [SOURCE],
  needsPath: false,
  create(options) {
    const ledger = new Ledger()
    const count = Number(options.count) || Number.POSITIVE_INFINITY
    return {
      ledger,
      // Ends at the end of its input, or soon after `stop`. What it has sent is delivered still.
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

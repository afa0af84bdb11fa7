// SPDX-License-Identifier: Apache-2.0
import type { DriverPlugin } from 'sfprocessor/plugin'
import { ScenarioDriver } from './scenario-driver.js'

export const plugin: DriverPlugin = {
  kind: 'driver',
  name: 'scenario',
  contract: 2,
  summary: 'generates SysFlow records: simulates a scenario once or repeatedly, at a constant rate',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      rate: {
        type: 'number',
        minimum: 0,
        maximum: 10_000_000,
        description: 'Records per second; 0: no limit.',
        default: 1000,
      },
      repeat: {
        type: 'integer',
        minimum: 0,
        description: 'Number of repetitions; 0: until the program is stopped.',
        default: 1,
      },
      start: {
        type: 'string',
        enum: ['now', 'scenario'],
        description: 'Start time: now, or the time that the scenario sets, which gives the same records in each run.',
        default: 'now',
      },
      variant: { type: 'string', description: 'Variant of the scenario, if it has variants.', default: '' },
    },
    examples: [{ rate: 500, repeat: 0 }],
  },
  offers: ['sysflowchan'],
  create: (options, paths, host) =>
    new ScenarioDriver(
      paths,
      {
        rate: Number(options.rate),
        repeat: Number(options.repeat) || Number.POSITIVE_INFINITY,
        startsNow: options.start !== 'scenario',
        variant: String(options.variant),
      },
      host,
    ),
}

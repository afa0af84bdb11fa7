// SPDX-License-Identifier: Apache-2.0
import type { DriverPlugin } from 'sfprocessor/plugin'
import { ScenarioDriver } from './scenario-driver.js'

export const plugin: DriverPlugin = {
  kind: 'driver',
  name: 'scenario',
  contract: 2,
  summary: 'makes up SysFlow records: performs a scenario once or again and again, at a steady rate',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      rate: {
        type: 'number',
        minimum: 0,
        maximum: 10_000_000,
        description: 'Records a second; 0: as fast as they are taken.',
        default: 1000,
      },
      repeat: {
        type: 'integer',
        minimum: 0,
        description: 'How often the scenario is performed; 0: until the program is stopped.',
        default: 1,
      },
      start: {
        type: 'string',
        enum: ['now', 'scenario'],
        description: 'When it begins: now, or at the time that the scenario says, which gives the same records in every run.',
        default: 'now',
      },
      variant: { type: 'string', description: 'Which variant of the scenario, if it has variants.', default: '' },
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

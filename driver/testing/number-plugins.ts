// SPDX-License-Identifier: Apache-2.0

import { Ledger } from '../../core/contract/ledger.js'
import type { DriverPlugin, OptionsSchema, ProcessorPlugin } from '../../core/contract/plugin.js'
import type { Driver, Receiver, Sender, Stage } from '../../core/contract/stage.js'
import { type NumberBatch, NumberDriver } from './number-driver.js'
import { SinkStage } from './sink-stage.js'

/** Forwards its input. */
export class PassStage implements Stage {
  readonly ledger = new Ledger()

  async run(input: Receiver<NumberBatch>, output: Sender<NumberBatch>): Promise<void> {
    for await (const batch of input) {
      this.ledger.in += batch.length
      this.ledger.out += batch.length
      await output.send(batch)
    }
  }
}

export const NO_OPTIONS: OptionsSchema = { type: 'object', additionalProperties: false, properties: {} }

type CommonKey = 'kind' | 'contract' | 'summary' | 'options'
const COMMON = { contract: 2, summary: 'A double.', options: NO_OPTIONS } as const

/** Driver `numbers`: 0 to 99, unless `create` returns another. */
export const numbersPlugin = (create: () => Driver = () => new NumberDriver(100)): DriverPlugin => ({
  ...COMMON,
  kind: 'driver',
  name: 'numbers',
  needsPath: false,
  offers: ['numberchan'],
  create,
})

/** Processor `pass`: numbers in, numbers out. */
export const passPlugin = (
  create: () => Stage = () => new PassStage(),
  more: Partial<Omit<ProcessorPlugin, CommonKey>> = {},
): ProcessorPlugin => ({
  ...COMMON,
  kind: 'processor',
  name: 'pass',
  accepts: ['numberchan'],
  offers: ['numberchan'],
  create,
  ...more,
})

/** Processor `sink`: numbers in; every created stage is added to `stages`. */
export function sinkPlugin(stages: SinkStage[] = []): ProcessorPlugin {
  const create = (): Stage => {
    const stage = new SinkStage()
    stages.push(stage)
    return stage
  }
  return { ...COMMON, kind: 'processor', name: 'sink', accepts: ['numberchan'], offers: [], create }
}

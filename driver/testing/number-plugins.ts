// SPDX-License-Identifier: Apache-2.0
import type { Receiver, Sender } from '../../core/contract/channel.js'
import { Ledger } from '../../core/contract/ledger.js'
import type { DriverPlugin, OptionsSchema, ProcessorPlugin } from '../../core/contract/plugin.js'
import type { Driver, Stage } from '../../core/contract/stage.js'
import { SinkStage } from './sink-stage.js'
import { type NumberBatch, NumberDriver } from './source-stage.js'

/** Passes on what it gets. */
export class PassStage implements Stage {
  readonly ledger = new Ledger()

  async run(input: Receiver<NumberBatch>, output: Sender<NumberBatch>): Promise<void> {
    for await (const batch of input) {
      this.ledger.taken += batch.length
      this.ledger.passed += batch.length
      await output.send(batch)
    }
  }
}

export const NO_OPTIONS: OptionsSchema = { type: 'object', additionalProperties: false, properties: {} }

type Kind = 'kind' | 'contract' | 'summary' | 'options'
const KIND = { contract: 1, summary: 'A double.', options: NO_OPTIONS } as const

/** Driver `numbers`: 0 to 99, unless another is made. */
export const numbersPlugin = (create: () => Driver = () => new NumberDriver(100)): DriverPlugin => ({
  ...KIND,
  kind: 'driver',
  name: 'numbers',
  needsPath: false,
  offers: ['numberchan'],
  create,
})

/** Processor `pass`: numbers in, numbers out. */
export const passPlugin = (
  create: () => Stage = () => new PassStage(),
  more: Partial<Omit<ProcessorPlugin, Kind>> = {},
): ProcessorPlugin => ({
  ...KIND,
  kind: 'processor',
  name: 'pass',
  accepts: ['numberchan'],
  offers: ['numberchan'],
  create,
  ...more,
})

/** Processor `sink`: numbers in; every stage that was made is found in `made`. */
export function sinkPlugin(made: SinkStage[] = []): ProcessorPlugin {
  const create = (): Stage => {
    const stage = new SinkStage()
    made.push(stage)
    return stage
  }
  return { ...KIND, kind: 'processor', name: 'sink', accepts: ['numberchan'], offers: [], create }
}

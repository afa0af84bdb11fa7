// SPDX-License-Identifier: Apache-2.0
import { Ledger, type ProcessorPlugin } from 'sfprocessor/plugin'

/** Logs process events and passes all records on. */
export const plugin: ProcessorPlugin = {
  kind: 'processor',
  name: 'example',
  contract: 2,
  summary: 'logs the program and the thread id of each process event',
  options: { type: 'object', additionalProperties: false, properties: {} },
  accepts: ['flattenerchan'],
  offers: ['flattenerchan'],
  isPartitionable: true,
  create(_options, host) {
    const ledger = new Ledger()
    return {
      ledger,
      async run(input, output) {
        for await (const batch of input) {
          ledger.in += batch.length
          for (const record of host.records(batch)) {
            if (record.value('sf.type') === 'PE')
              host.log.info(`Process Event: ${record.text('sf.proc.exe')}, ${record.text('sf.proc.tid')}`)
          }
          ledger.out += batch.length
          await output.send(batch)
        }
      },
    }
  },
}

// SPDX-License-Identifier: Apache-2.0
import { type FileHandle, open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pluginError, type TransportPlugin } from 'sfprocessor/plugin'

/** Appends records to a file that only its owner can read. An exporter selects it with `"export": "sample"`. */
export const plugin: TransportPlugin = {
  kind: 'transport',
  name: 'sample',
  contract: 2,
  summary: 'appends records to a file',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      'sample.path': {
        type: 'string',
        default: 'sample.log',
        description: 'File to append to; it is created if it does not exist.',
      },
    },
    examples: [{ 'sample.path': 'alerts.log' }],
  },
  create(options, host) {
    const path = resolve(host.directory, String(options['sample.path']))
    let file: FileHandle | undefined
    let sent = 0
    return {
      name: 'sample',
      async open() {
        file = await open(path, 'a', 0o600)
      },
      // Resolves when the records are safe. The chunk is reused after that.
      async send(chunk) {
        if (!file) throw pluginError(`${path} is not open`)
        await file.appendFile(chunk.bytes)
        await file.datasync()
        sent += chunk.length
        return undefined
      },
      async close() {
        await file?.close()
        file = undefined
      },
      report: () => ({ path, sent }),
    }
  },
}

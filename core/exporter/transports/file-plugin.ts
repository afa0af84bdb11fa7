// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path'
import type { Options, TransportPlugin } from '../../contract/plugin.js'
import type { Fault } from '../../errors/fault.js'
import { EVIDENCE_OPTIONS, evidenceChainFor } from '../evidence/evidence-options.js'
import { readNumber, readText } from '../read-options.js'
import { deferredTransport } from './deferred-transport.js'
import type { FileSettings } from './file.js'

export const fileTransport: TransportPlugin = {
  kind: 'transport',
  name: 'file',
  contract: 2,
  summary: 'appends to a file, with optional rotation by size or age',
  options: {
    type: 'object',
    additionalProperties: false,
    // biome-ignore format: a table
    properties: {
      'file.path': { type: 'string', minLength: 1, description: 'File of the file transport; its directory must exist. Records are appended.', default: './export.out', deprecatedNames: ['path'] },
      'file.sync': { type: 'boolean', description: 'Sync records to disk before they count as written.', default: false },
      'file.rotate.size': { type: 'integer', minimum: 0, description: 'Maximum file size in bytes before rotation. 0: no limit.', default: 0 },
      'file.rotate.every': { type: 'integer', minimum: 0, description: 'Maximum file age in seconds before rotation. 0: no limit.', default: 0 },
      'file.rotate.names': { type: 'string', enum: ['number', 'time'], description: 'Suffix of rotated files: a number (higher is newer) or the time.', default: 'number' },
      'file.rotate.keep': { type: 'integer', minimum: 0, description: 'Number of rotated files to keep. 0: all.', default: 0 },
      'file.rotate.gzip': { type: 'boolean', description: 'Compress rotated files.', default: false },
      ...EVIDENCE_OPTIONS,
    },
    examples: [
      {
        export: 'file',
        'file.path': 'alerts.json',
        'evidence.chain': true,
        'evidence.key': 'evidence.key',
        'evidence.every': 10,
      },
    ],
  },
  create(options, host) {
    const settings = { ...fileSettings(options, host.directory), framing: host.framing }
    const report = (fault: Fault): void => host.reportFault(fault, false)
    const chain = evidenceChainFor(options, settings, host.directory, report)
    return deferredTransport('file', async () => {
      const { FileTransport } = await import('./file.js')
      return new FileTransport(settings, report, Date.now, await chain?.())
    })
  },
}

export const fileSettings = (options: Options, directory: string): FileSettings => ({
  path: resolve(directory, readText(options, 'file.path') || './export.out'),
  sync: options['file.sync'] === true,
  rotation: {
    size: readNumber(options, 'file.rotate.size'),
    every: readNumber(options, 'file.rotate.every'),
    names: readText(options, 'file.rotate.names') === 'time' ? 'time' : 'number',
    keep: readNumber(options, 'file.rotate.keep'),
    gzip: options['file.rotate.gzip'] === true,
  },
})

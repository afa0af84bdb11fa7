// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path'
import { pluginError, type TransportPlugin } from 'sfprocessor/plugin'
import { ArchiveTransport } from './archive-transport.js'

/** Writes JSON lines to compressed files, in one folder for each hour. */
export const plugin: TransportPlugin = {
  kind: 'transport',
  name: 'archive',
  contract: 2,
  summary: 'writes records to compressed files, in one directory per hour',
  options: {
    type: 'object',
    additionalProperties: false,
    // biome-ignore format: a table
    properties: {
      'archive.path': { type: 'string', minLength: 1, description: 'Directory of the archive; it is created if it does not exist. Required; each exporter needs its own.' },
      'archive.bytes': { type: 'integer', minimum: 1000, description: 'Size in bytes, before compression, at which a file is finished.', default: 67_108_864 },
      'archive.seconds': { type: 'integer', minimum: 1, maximum: 3600, description: 'Age in seconds at which a file is finished; also at the end of the hour.', default: 600 },
      'archive.gzip': { type: 'boolean', description: 'Compress finished files.', default: true },
      'archive.sync': { type: 'boolean', description: 'Write records to the device before they count as delivered. Without it they survive a crash of the program, but not of the machine.', default: false },
      'archive.days': { type: 'integer', minimum: 0, description: 'Age in days at which directories are deleted; 0: never.', default: 0 },
    },
    examples: [{ export: 'archive', 'archive.path': '/var/lib/sfprocessor/archive', 'archive.days': 30 }],
  },
  formats: ['json', 'ecs', 'otel'],
  create: (options, host) => {
    const path = options['archive.path']
    if (typeof path !== 'string')
      throw pluginError('"archive.path" is missing', { hint: 'set it to the directory of the archive', where: host.stage })
    return new ArchiveTransport(
      {
        folder: resolve(host.directory, path),
        bytes: Number(options['archive.bytes']),
        seconds: Number(options['archive.seconds']),
        isCompressed: options['archive.gzip'] === true,
        isSynced: options['archive.sync'] === true,
        days: Number(options['archive.days']),
      },
      error => host.reportFault(error, false),
    )
  },
}

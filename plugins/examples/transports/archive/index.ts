// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path'
import { pluginError, type TransportPlugin } from 'sfprocessor/plugin'
import { ArchiveTransport } from './archive-transport.js'

/** Files of JSON lines in a folder for each hour of each day, compressed once they are full. */
export const plugin: TransportPlugin = {
  kind: 'transport',
  name: 'archive',
  contract: 2,
  summary: 'keeps records in compressed files, in a folder for each hour of each day',
  options: {
    type: 'object',
    additionalProperties: false,
    // biome-ignore format: a table
    properties: {
      'archive.path': { type: 'string', minLength: 1, description: 'Folder of the archive, made if it is not there; one for each exporter. It must be given.' },
      'archive.bytes': { type: 'integer', minimum: 1000, description: 'A file that has so many bytes, before it is compressed, is finished.', default: 67_108_864 },
      'archive.seconds': { type: 'integer', minimum: 1, maximum: 3600, description: 'So does one that is so old; and at the end of the hour.', default: 600 },
      'archive.gzip': { type: 'boolean', description: 'Compress files when they are finished.', default: true },
      'archive.sync': { type: 'boolean', description: 'Force records onto the device before they count as safe. Without it they outlive an end of the program, but not of the machine.', default: false },
      'archive.days': { type: 'integer', minimum: 0, description: 'Folders of days that are older than so many days are deleted; 0: none.', default: 0 },
    },
    examples: [{ export: 'archive', 'archive.path': '/var/lib/sfprocessor/archive', 'archive.days': 30 }],
  },
  formats: ['json', 'ecs', 'otel'],
  create: (options, host) => {
    const path = options['archive.path']
    if (typeof path !== 'string')
      throw pluginError('the archive has no folder', { hint: 'set "archive.path"', where: host.stage })
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

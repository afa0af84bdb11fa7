// SPDX-License-Identifier: Apache-2.0

import type { CommandDefinition } from '../../../core/contract/command.js'
import type { ProcessContext } from '../../process/process-context.js'

const FOLDER_ARGUMENT = {
  name: '<dir>',
  description: 'spool or dead-letter directory; ls, cat and verify also work on a copy',
}

/** Commands for the files in the folders of `spool.path` and `deadletter.path`. */
export const spoolCommand: CommandDefinition<ProcessContext> = {
  name: 'spool',
  summary: 'inspect, verify, repair or replay a disk buffer',
  arguments: [],
  options: [],
  status: { ok: 'success', failed: 'error, damage (verify), or records that still wait (replay)' },
  examples: [
    { line: 'sfprocessor spool ls /var/lib/sfprocessor/spool/alerts', description: 'show waiting records' },
    {
      line: 'sfprocessor spool cat /var/lib/sfprocessor/dead/alerts -reasons',
      description: 'print refused records with their reasons',
    },
    {
      line: 'sfprocessor spool replay /var/lib/sfprocessor/dead/alerts -config pipeline.json -stage alerts',
      description: 'deliver them again',
    },
  ],
  commands: [
    {
      name: 'ls',
      summary: 'list segments and waiting records',
      arguments: [FOLDER_ARGUMENT],
      options: [{ flags: '--json', description: 'print one JSON object' }],
      run: async (invocation, context) => (await import('./spool/inspect.js')).listSegments(invocation, context),
    },
    {
      name: 'cat',
      summary: 'print waiting records, one per line',
      arguments: [FOLDER_ARGUMENT],
      options: [{ flags: '--reasons', description: 'print dead letters as JSON with time, stage and reason' }],
      run: async (invocation, context) => (await import('./spool/inspect.js')).printRecords(invocation, context),
    },
    {
      name: 'verify',
      summary: 'count damaged and lost records; exit status 1 if there are any',
      arguments: [FOLDER_ARGUMENT],
      options: [],
      run: async (invocation, context) => (await import('./spool/inspect.js')).verifySpool(invocation, context),
    },
    {
      name: 'repair',
      summary: 'keep intact records and move damaged files to a subdirectory',
      arguments: [FOLDER_ARGUMENT],
      options: [],
      run: async (invocation, context) => (await import('./spool/repair.js')).repairSpool(invocation, context),
    },
    {
      name: 'replay',
      summary: 'deliver waiting records to the target of an exporter and remove them',
      arguments: [FOLDER_ARGUMENT],
      options: [
        { flags: '--config <file>', description: 'pipeline file (default: ./pipeline.json, else the shipped one)' },
        { flags: '--stage <name>', description: 'name of the exporter in the pipeline file', isRequired: true },
      ],
      run: async (invocation, context) => (await import('./spool/replay.js')).replaySpool(invocation, context),
    },
  ],
}

// SPDX-License-Identifier: Apache-2.0

import type { CommandDefinition } from '../../../core/contract/command.js'
import type { ProcessContext } from '../../process/process-context.js'

const FOLDER_ARGUMENT = {
  name: '<folder>',
  description: 'folder of a spool or of dead letters; for all but repair and replay a copy does',
}

/** Commands for the files in the folders of `spool.path` and `deadletter.path`. */
export const spoolCommand: CommandDefinition<ProcessContext> = {
  name: 'spool',
  summary: 'inspect, verify, repair or replay a disk buffer',
  arguments: [],
  options: [],
  status: { ok: 'it has done what it was asked for', failed: 'a fault, damage (verify), or records that still wait (replay)' },
  examples: [
    { line: 'sfprocessor spool ls /var/lib/sfprocessor/spool/alerts', description: 'tell what waits' },
    { line: 'sfprocessor spool cat /var/lib/sfprocessor/dead/alerts -reasons', description: 'print what was refused, and why' },
    {
      line: 'sfprocessor spool replay /var/lib/sfprocessor/dead/alerts -config pipeline.json -stage alerts',
      description: 'deliver it again',
    },
  ],
  commands: [
    {
      name: 'ls',
      summary: 'list the segments, and what waits',
      arguments: [FOLDER_ARGUMENT],
      options: [{ flags: '--json', description: 'as one JSON object' }],
      run: async (invocation, context) => (await import('./spool/inspect.js')).listSegments(invocation, context),
    },
    {
      name: 'cat',
      summary: 'print the records that wait, one a line',
      arguments: [FOLDER_ARGUMENT],
      options: [{ flags: '--reasons', description: 'dead letters with time, stage and reason, as JSON' }],
      run: async (invocation, context) => (await import('./spool/inspect.js')).printRecords(invocation, context),
    },
    {
      name: 'verify',
      summary: 'count what is damaged and lost; exit status 1 if anything is',
      arguments: [FOLDER_ARGUMENT],
      options: [],
      run: async (invocation, context) => (await import('./spool/inspect.js')).verifySpool(invocation, context),
    },
    {
      name: 'repair',
      summary: 'keep the records that are whole, and put the damaged files aside',
      arguments: [FOLDER_ARGUMENT],
      options: [],
      run: async (invocation, context) => (await import('./spool/repair.js')).repairSpool(invocation, context),
    },
    {
      name: 'replay',
      summary: 'deliver the records that wait to the target of an exporter, and remove what it has taken',
      arguments: [FOLDER_ARGUMENT],
      options: [
        { flags: '--config <file>', description: 'pipeline file (default: pipeline.json here, else the one that is shipped)' },
        { flags: '--stage <name>', description: 'name of the exporter in the pipeline file', isRequired: true },
      ],
      run: async (invocation, context) => (await import('./spool/replay.js')).replaySpool(invocation, context),
    },
  ],
}

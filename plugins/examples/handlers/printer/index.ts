// SPDX-License-Identifier: Apache-2.0
import type { RecordView } from 'sfprocessor/plugin'
import type { HandlerPlugin } from 'sfprocessor/sysflow'

/** Logs events. It needs no entities, so it has no function `entity`. */
export const plugin: HandlerPlugin = {
  kind: 'handler',
  name: 'printer',
  contract: 2,
  summary: 'logs a line for each event and outputs no records',
  options: { type: 'object', additionalProperties: false, properties: {} },
  offers: [],
  create: (_options, host) => ({
    events(batch) {
      for (const record of host.records(batch)) host.log.info(lineOf(record))
      // A handler that passes nothing on releases the batch.
      batch.release()
      return undefined
    },
  }),
}

function lineOf(record: RecordView): string {
  const [title, ...attributes] = LINES[record.text('sf.type')] ?? [record.text('sf.type')]
  return `${title} ${attributes.map(name => record.text(name)).join(', ')}`
}

/** Record type → the first word of the line and the attributes after it. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  PE: ['ProcEvt', 'sf.proc.exe', 'sf.proc.tid'],
  FE: ['FileEvt', 'sf.proc.exe', 'sf.proc.tid'],
  FF: ['FileFlow', 'sf.proc.exe', 'sf.file.fd'],
  NF: ['NetworkFlow', 'sf.proc.exe', 'sf.net.dport'],
  KE: ['K8sEvt', 'sf.ke.kind', 'sf.ke.action'],
}

// SPDX-License-Identifier: Apache-2.0
import type { EncoderPlugin } from 'sfprocessor/plugin'

/** Writes one line of text for each record. An exporter selects it with `"format": "sample"`. */
export const plugin: EncoderPlugin = {
  kind: 'encoder',
  name: 'sample',
  contract: 2,
  summary: 'writes a line of words for each record: type, program, operation, rules',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      'sample.separator': { type: 'string', default: ' | ', description: 'Text between two words.' },
    },
    examples: [{ 'sample.separator': ', ' }],
  },
  // The channel of evaluated records and the channel of records that are not evaluated.
  accepts: ['eventchan', 'flattenerchan'],
  create: (options, host) => ({
    format: 'sample',
    encode(batch, from, to, into) {
      for (const record of host.records(batch, from, to)) {
        const words = ['sf.type', 'sf.proc.exe', 'sf.opflags'].map(name => record.text(name))
        const rules = record.matches?.rules.map(rule => rule.name).join('; ') ?? ''
        into.text([...words, rules].map(oneLine).join(String(options['sample.separator'])))
        into.finishRecord()
      }
    },
  }),
}

/** A record must not contain a line feed. */
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ')

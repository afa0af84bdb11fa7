// SPDX-License-Identifier: Apache-2.0
import type { EncoderPlugin } from 'sfprocessor/plugin'
import { CefEncoder } from './cef-encoder.js'

/** Common Event Format, for tools that accept logs of firewalls and intrusion detection systems: one line per record. */
export const plugin: EncoderPlugin = {
  kind: 'encoder',
  name: 'cef',
  contract: 2,
  summary: 'writes SysFlow records and alerts in the Common Event Format (CEF:0)',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      'cef.vendor': { type: 'string', minLength: 1, description: 'Vendor in the header of every line.', default: 'SysFlow' },
      'cef.product': {
        type: 'string',
        minLength: 1,
        description: 'Product in the header of every line.',
        default: 'sfprocessor',
      },
    },
    examples: [{ export: 'syslog', format: 'cef', 'cef.vendor': 'Example' }],
  },
  accepts: ['eventchan', 'flattenerchan'],
  create: (options, host) =>
    new CefEncoder(
      {
        vendor: String(options['cef.vendor'] ?? 'SysFlow'),
        product: String(options['cef.product'] ?? 'sfprocessor'),
        version: host.version,
      },
      host,
    ),
}

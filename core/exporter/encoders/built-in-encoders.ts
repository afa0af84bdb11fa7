// SPDX-License-Identifier: Apache-2.0
import { ANY_CHANNEL, type EncoderPlugin } from '../../contract/plugin.js'
import { deferredEncoder } from './deferred-encoder.js'
import { prettyEncoderPlugin } from './pretty/pretty-plugin.js'

const jsonEncoder: EncoderPlugin = {
  kind: 'encoder',
  name: 'json',
  contract: 2,
  summary: 'writes records of any type as flat JSON objects',
  options: { type: 'object', additionalProperties: false, properties: {} },
  accepts: [ANY_CHANNEL],
  create: (_options, { records }) =>
    deferredEncoder('json', async () => new (await import('./plain-json-encoder.js')).PlainJsonEncoder(records)),
}

/** The encoders for records of any kind, in the order of the reference page. Families add their own encoders. */
export const BUILT_IN_ENCODERS: readonly EncoderPlugin[] = [jsonEncoder, prettyEncoderPlugin]

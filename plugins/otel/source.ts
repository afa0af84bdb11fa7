// SPDX-License-Identifier: Apache-2.0
import type { AnyAttribute, Source } from '../../core/contract/source.js'
import type { OtelBatch } from './otel-batch.js'

/** Log records of OpenTelemetry as the policy engine sees them: every word is the key of an attribute. */
export const OTEL_SOURCE: Source<OtelBatch> = {
  channel: 'otelchan',
  judged: 'otelchan',
  recordTypes: [],
  vocabulary: { find: attributeOf, isOpen: true, names: [], unavailable: () => undefined, formerly: () => undefined },
  group: () => 0,
  lanes: [],
}

function attributeOf(name: string): AnyAttribute<OtelBatch> | undefined {
  if (!LIKE_A_KEY.test(name)) return undefined
  return {
    name,
    aliases: [],
    type: 'any',
    dependsOn: 'row',
    types: [],
    description: '',
    read: (batch, row) => batch.attribute(name, row),
  }
}

/** Numbers and paths are none, so that a comparison that begins with one is refused. */
const LIKE_A_KEY = /^[A-Za-z_][\w./*-]*$/

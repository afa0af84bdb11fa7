// SPDX-License-Identifier: Apache-2.0

import { OTEL_ADAPTER } from '../../../plugins/otel/otel-adapter.js'
import type { OtelBatch } from '../../../plugins/otel/otel-batch.js'
import { SYSFLOW_ADAPTER } from '../../../plugins/sysflow/attributes/sysflow-adapter.js'
import type { Actor } from '../../../plugins/sysflow/entities/entities.js'
import type { EventColumns } from '../../../plugins/sysflow/reader/event-columns.js'
import type { Batch } from '../../contract/batch.js'
import type { Encoder, PartitionKey } from '../../contract/exporter.js'
import { deferredEncoder } from './deferred-encoder.js'
import type { RecordKeyOf } from './keyed-encoder.js'

/** What can be written before each record of a channel type, where a target asks for it. */
interface ChannelKeys<B extends Batch> {
  readonly keys: Readonly<Record<PartitionKey, RecordKeyOf<B>>>
  /** Only where records have ids. */
  withDocumentIds?(encoder: Encoder<B>): Encoder<B>
}

export const SYSFLOW_KEYS: ChannelKeys<EventColumns>['keys'] = {
  host: ({ header }) => header.exporter,
  container: ({ header, actor }, row) => (actor[row] as Actor).container.id || header.exporter,
}

export const OTEL_KEYS: ChannelKeys<OtelBatch>['keys'] = {
  host: (batch, row) => textAt(batch, row, 'host.name', 'host.id', 'k8s.node.name'),
  container: (batch, row) => textAt(batch, row, 'container.id', 'k8s.pod.uid', 'host.name', 'host.id', 'k8s.node.name'),
}

/** Of the first of these attributes that the resource has. */
function textAt(batch: OtelBatch, row: number, ...names: readonly string[]): string {
  for (const name of names) {
    const value = batch.resources[row]?.attributes.find(name)
    if (typeof value === 'string' && value !== '') return value
  }
  return ''
}

const SYSFLOW_CHANNEL_KEYS: ChannelKeys<EventColumns> = {
  keys: SYSFLOW_KEYS,
  withDocumentIds: encoder =>
    deferredEncoder(
      encoder.format,
      async () => new (await import('../../../plugins/sysflow/encoders/document-id-encoder.js')).DocumentIdEncoder(encoder),
    ),
}
const OTEL_CHANNEL_KEYS: ChannelKeys<OtelBatch> = { keys: OTEL_KEYS }

/** By channel type. */
const KEYS_BY_CHANNEL: ReadonlyMap<string, ChannelKeys<never>> = new Map<string, ChannelKeys<never>>([
  [SYSFLOW_ADAPTER.channel, SYSFLOW_CHANNEL_KEYS],
  [SYSFLOW_ADAPTER.evaluatedChannel, SYSFLOW_CHANNEL_KEYS],
  [OTEL_ADAPTER.channel, OTEL_CHANNEL_KEYS],
])

/** Undefined if records of this channel type have no ids. */
export const documentIdEncoder = (encoder: Encoder<never>, channelType: string): Encoder<never> | undefined =>
  KEYS_BY_CHANNEL.get(channelType)?.withDocumentIds?.(encoder)

/** Undefined if records of this channel type have no keys. */
export function keyedEncoder(encoder: Encoder<never>, channelType: string, name: PartitionKey): Encoder<never> | undefined {
  const channelKeys = KEYS_BY_CHANNEL.get(channelType)
  if (!channelKeys) return undefined
  const keyOf = channelKeys.keys[name]
  return deferredEncoder(encoder.format, async () => new (await import('./keyed-encoder.js')).KeyedEncoder(encoder, keyOf))
}

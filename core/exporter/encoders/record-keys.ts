// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Encoder, KeyName } from '../../contract/exporter.js'
import type { OtelBatch } from '../../../plugins/otel/otel-batch.js'
import { OTEL_SOURCE } from '../../../plugins/otel/source.js'
import { SYSFLOW_SOURCE } from '../../../plugins/sysflow/attributes/source.js'
import type { Actor } from '../../../plugins/sysflow/entities/entities.js'
import type { EventColumns } from '../../../plugins/sysflow/reader/event-columns.js'
import { deferredEncoder } from './deferred.js'
import type { KeyOf } from './keyed.js'

/** What can be written before each record of a channel type, where a target asks for it. */
interface Marks<B extends Batch> {
  readonly keys: Readonly<Record<KeyName, KeyOf<B>>>
  /** Only where records have ids. */
  identified?(documents: Encoder<B>): Encoder<B>
}

export const SYSFLOW_KEYS: Marks<EventColumns>['keys'] = {
  host: ({ header }) => header.exporter,
  container: ({ header, actor }, row) => (actor[row] as Actor).container.id || header.exporter,
}

export const OTEL_KEYS: Marks<OtelBatch>['keys'] = {
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

const SYSFLOW_MARKS: Marks<EventColumns> = {
  keys: SYSFLOW_KEYS,
  identified: documents =>
    deferredEncoder(documents.format, async () => new (await import('../../../plugins/sysflow/encoders/identified.js')).IdentifiedEncoder(documents)),
}
const OTEL_MARKS: Marks<OtelBatch> = { keys: OTEL_KEYS }

/** By channel type. */
const MARKS: ReadonlyMap<string, Marks<never>> = new Map<string, Marks<never>>([
  [SYSFLOW_SOURCE.channel, SYSFLOW_MARKS],
  [SYSFLOW_SOURCE.judged, SYSFLOW_MARKS],
  [OTEL_SOURCE.channel, OTEL_MARKS],
])

/** Undefined if records of this channel type have no ids. */
export const identifiedEncoder = (documents: Encoder<never>, channelType: string): Encoder<never> | undefined =>
  MARKS.get(channelType)?.identified?.(documents)

/** Undefined if records of this channel type have no keys. */
export function keyedEncoder(documents: Encoder<never>, channelType: string, name: KeyName): Encoder<never> | undefined {
  const marks = MARKS.get(channelType)
  if (!marks) return undefined
  const keyOf = marks.keys[name]
  return deferredEncoder(documents.format, async () => new (await import('./keyed.js')).KeyedEncoder(documents, keyOf))
}

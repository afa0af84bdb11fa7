// SPDX-License-Identifier: Apache-2.0
import type { OtelBatch } from '../../otel/otel-batch.js'
import type { Actor } from '../../sysflow/entities.js'
import type { EventColumns } from '../../sysflow/event-columns.js'
import type { KeyOf } from './keyed.js'

/** What records with one key have in common: their host, or the container and for processes outside of any the host. */
export type KeyName = 'host' | 'container'

export const SYSFLOW_KEYS: Readonly<Record<KeyName, KeyOf<EventColumns>>> = {
  host: ({ header }) => header.exporter,
  container: ({ header, actor }, row) => (actor[row] as Actor).container.id || header.exporter,
}

export const OTEL_KEYS: Readonly<Record<KeyName, KeyOf<OtelBatch>>> = {
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

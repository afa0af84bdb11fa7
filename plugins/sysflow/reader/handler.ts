// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../../core/contract/batch.js'
import type { Host } from '../../../core/contract/host.js'
import type { GenericHandlerPlugin, Options } from '../../../core/contract/plugin.js'
import type { SysFlowEntity } from '../entities/sysflow-entity.js'

/**
 * What the stage `sysflowreader` calls with what it has read: batches of events, and the entities that events refer to (hosts,
 * containers, pods, processes, files). `host.records(batch)` lists the events of a batch. Without `events` batches pass through.
 *
 * Errors are reported under the plugin's name and the run continues: an error in `events` costs that batch, one in `entity` no
 * record.
 */
export interface Handler {
  /** Opens what the handler needs before anything is read. A rejection stops the start. Called once. */
  open?(): Promise<void>
  /**
   * A batch of events in reading order; the handler owns it from now on. Return what is to be passed on (the same batch, or
   * another with more or fewer records), or release the batch and return nothing. While the promise is pending nothing is read,
   * so slow work slows the sender. A released batch counts as delivered: if records made from it must not be lost, give them an
   * `Acknowledgement` (`ListBatch` takes one) that is released with them.
   */
  events?(batch: Batch): Batch | undefined | Promise<Batch | undefined>
  /**
   * Called for each entity when it is read: after `events` for everything read before it, and before everything that follows.
   * Without this function events come in larger batches.
   */
  entity?(entity: SysFlowEntity): void
  /** Frees what `open` took. Called once, after the last event or when the start has failed. */
  close?(): Promise<void>
  /** Resolves to nothing if the handler can do its work, else to what is wrong. At most a few seconds. */
  check?(): Promise<string | undefined>
  /** Figures for the end-of-run summary; each is a plain JSON value. */
  report?(): Readonly<Record<string, unknown>>
}

export interface HandlerPlugin extends GenericHandlerPlugin {
  /** `host.inputType` is the channel type of the events: `flattenerchan`. */
  create(options: Options, host: Host): Handler
}

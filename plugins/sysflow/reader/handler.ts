// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../../core/contract/batch.js'
import type { Host } from '../../../core/contract/host.js'
import type { GenericHandlerPlugin, Options } from '../../../core/contract/plugin.js'
import type { SysFlowEntity } from '../entities/sysflow-entity.js'

/**
 * The interface that the stage `sysflowreader` calls with its output: batches of events, and the entities that events refer to
 * (hosts, containers, pods, processes, files). `host.records(batch)` lists the events of a batch. Without `events`, batches
 * pass through unchanged.
 *
 * Errors are reported under the plugin's name and the run continues: an error in `events` loses that batch, an error in
 * `entity` loses no record.
 */
export interface Handler {
  /** Opens what the handler needs before anything is read. A rejection prevents the start. Called once. */
  open?(): Promise<void>
  /**
   * Receives a batch of events in reading order. The handler owns the batch from now on. It returns the batch to send (the same
   * one, or another with more or fewer records), or releases the batch and returns undefined. While the promise is pending
   * nothing is read, so slow work slows the sender. A released batch counts as delivered. If records made from it must not be
   * lost, give them an `Acknowledgement` (`ListBatch` accepts one) that is released with them.
   */
  events?(batch: Batch): Batch | undefined | Promise<Batch | undefined>
  /**
   * Called for each entity when it is read: after `events` for everything read before it, and before everything that follows.
   * Without this function, batches of events are larger.
   */
  entity?(entity: SysFlowEntity): void
  /** Frees the resources of `open`. Called once, after the last event or when the start has failed. */
  close?(): Promise<void>
  /** Resolves to undefined if the handler can work, else to the problem. Must resolve within a few seconds. */
  check?(): Promise<string | undefined>
  /** Figures for the end-of-run summary; each is a plain JSON value. */
  report?(): Readonly<Record<string, unknown>>
}

export interface HandlerPlugin extends GenericHandlerPlugin {
  /** `host.inputType` is the channel type of the events: `flattenerchan`. */
  create(options: Options, host: Host): Handler
}

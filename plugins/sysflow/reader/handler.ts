// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../core/contract/batch.js'

/**
 * What the stage `sysflowreader` calls with what it has read. `Events` are rows of events; `Entity` is what events point at:
 * a host, a container, a pod, a process, a file. Without `events` the rows pass on as they are.
 *
 * What it throws is told as its fault, and the run goes on: a throw in `events` costs those rows, one in `entity` no record.
 */
export interface GenericHandler<Events extends Batch = Batch, Entity = unknown> {
  /** Opens what it needs before anything is read. What it throws keeps the pipeline from starting. Called once. */
  open?(): Promise<void>
  /**
   * Events in the order of reading, held by the handler from here on: it returns what is to be passed on (the same rows, or
   * something made of them, which may be more or fewer), or releases them and returns nothing. While its promise is pending
   * nothing is read, so what takes time keeps whoever sends waiting. Events that are released count as delivered: where what
   * was made of them must not be lost, they are released with it (`ListBatch` takes a `Receipt` for that).
   */
  events?(events: Events): Batch | undefined | Promise<Batch | undefined>
  /**
   * A handler that has this wants entities: called for each when it is read, after `events` for all that was read before it,
   * and before whatever follows it. Without it, events come in larger batches.
   */
  entity?(entity: Entity): void
  /** Frees what `open` took; called once, after the last event or when the start has failed. */
  close?(): Promise<void>
  /** Resolves to nothing if it can do its work, else to what is wrong. At most a few seconds. */
  check?(): Promise<string | undefined>
  /** Figures for the end-of-run summary; every one is a plain JSON value. */
  report?(): Readonly<Record<string, unknown>>
}

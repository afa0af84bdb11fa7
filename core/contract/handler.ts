// SPDX-License-Identifier: Apache-2.0
import type { Batch } from './batch.js'

/**
 * What the stage `sysflowreader` calls with what it has read. `Events` are rows of events, `Entity` is what events point at:
 * a process, a file. Without `events` the rows pass on as they are.
 */
export interface Handler<Events extends Batch = Batch, Entity = unknown> {
  open?(): Promise<void>
  /**
   * Events in the order of reading, held by the handler from here on: it returns what is to be passed on (the same rows, or
   * something made of them), or releases them and returns nothing.
   */
  events?(events: Events): Batch | undefined
  /** A handler that has this wants entities: called for each when it is read, after the events before it. */
  entity?(entity: Entity): void
  close?(): Promise<void>
  check?(): Promise<string | undefined>
  /** Figures for the end-of-run summary; every one is a plain JSON value. */
  report?(): Readonly<Record<string, unknown>>
}

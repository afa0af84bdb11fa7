// SPDX-License-Identifier: Apache-2.0
import type { Batch } from './batch.js'
import type { Receiver, Sender } from './channel.js'
import type { Ledger } from './ledger.js'
import type { Logger } from './logger.js'
import type { DisabledOptimizations } from './optimizations.js'
import type { RecordView } from './record-view.js'

/** Takes from its inputs (merged into one receiver, in order of arrival), gives to its outputs (each gets every batch). */
export interface Stage {
  readonly ledger: Ledger
  /** Opens what it needs before any record flows. Rejects with a fault that stops the start. Called once, before `run`. */
  open?(): Promise<void>
  /**
   * Resolves when `input` has ended and everything taken from it has been sent on. Rejects at once when `abort` fires.
   * The caller closes `output`. Called once.
   */
  run(input: Receiver<Batch>, output: Sender<Batch>, abort: AbortSignal): Promise<void>
  /** Frees what `open` took, whether or not `run` was called; safe to call twice. */
  close?(): Promise<void>
  /** Resolves to nothing if the stage can do its work, else to what is wrong. At most a few seconds. */
  check?(): Promise<string | undefined>
  /** Figures for the end-of-run summary; every one is a plain JSON value. */
  report?(): Readonly<Record<string, unknown>>
}

/** Brings records in from outside. */
export interface Driver {
  readonly ledger: Ledger
  open?(): Promise<void>
  /** Resolves at the end of the input, or soon after `stop` fires (what was read is still sent). Rejects when `abort` fires. */
  run(output: Sender<Batch>, stop: AbortSignal, abort: AbortSignal): Promise<void>
  /** Called when every stage has ended: nothing is acknowledged any more. Safe to call twice. */
  close?(): Promise<void>
  check?(): Promise<string | undefined>
  report?(): Readonly<Record<string, unknown>>
  /** Bytes read and bytes in all, where the input has an end. */
  progress?(): { readonly done: number; readonly total: number }
  /**
   * The parts of its input in their order, for several threads. What cannot be read is reported to the host. Throws if there is
   * nothing to read. The driver is not opened for this. Only called if {@link DriverPlugin.unpartitionableReason} has no objection.
   */
  partitions?(): Promise<readonly Partition[]>
  /**
   * Reads one part, as `run` reads the whole input. Called in another thread, on a driver with the same options that is not
   * opened, once for each part that the thread is given.
   */
  runPartition?(partition: Partition, output: Sender<Batch>, stop: AbortSignal, abort: AbortSignal): Promise<void>
}

/**
 * A part of an input that any thread can read. Threads get a copy (structured clone). Drivers add what they need to find the
 * part again.
 */
export interface Partition {
  /** In the order of the input, from 0. The records of a part are written after those of all parts before it. */
  readonly position: number
  /** For messages: a path. */
  readonly label: string
  /** Bytes, for the progress of the run. */
  readonly size: number
}

/** What the pipeline gives to a component when it makes it. */
export interface Host {
  readonly log: Logger
  /** `pipeline.json`'s name of the stage: its `name`, or its processor. */
  readonly stage: string
  /** Directory that relative paths in settings start from. */
  readonly directory: string
  /** Channel types on either side, as wired. */
  readonly inputType: string | undefined
  readonly outputType: string | undefined
  readonly disabledOptimizations: DisabledOptimizations
  /** Another thread runs the same stage with the same settings, and says what is to be said of these. */
  readonly isSecondaryWorker?: boolean
  /** `listener` runs whenever the program is asked to read its files again, until what this returns is called. */
  readonly onReload?: ((listener: () => void) => () => void) | undefined
  /** With -perflog: measures what its rules, encoders and the like cost, if it can. */
  readonly perflog?: boolean
  /** The records `from` (inclusive) to `to` (exclusive) of a batch of the input's type. Throws a fault if no source is known for it. */
  records(batch: Batch, from?: number, to?: number): Iterable<RecordView>
  /** Reports a fault that did not stop the run; it makes the exit status 1 if it lost data. */
  reportFault(fault: Error, lostData: boolean): void
}

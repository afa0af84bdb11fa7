// SPDX-License-Identifier: Apache-2.0
import type { Batch } from './batch.js'
import type { Ledger } from './ledger.js'

/** Takes from its inputs (merged into one receiver, in order of arrival), gives to its outputs (each gets every batch). */
export interface Stage {
  readonly ledger: Ledger
  /** Opens what it needs before any record flows. Rejects with a fault that stops the start. Called once, before `run`. */
  open?(): Promise<void>
  /**
   * Resolves when `input` has ended and everything taken from it has been sent on. Rejects at once when `abort` fires.
   * The caller closes `output`. Called once. If it throws and the stage has `onError: continue`, the batches that it has
   * taken last are counted as dropped and a new instance gets the rest of the input; the same one if `isPartitionable`.
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

/** The end of a channel that a stage writes to. */
export interface Sender<B extends Batch> {
  /** Passes the caller's hold on `batch` to the receivers. Resolves when there is room for more; rejects when aborted. */
  send(batch: B): Promise<void>
  /** The last word of this sender; a channel ends when its last sender has closed. Safe to call twice. */
  close(): void
}

/** The end of a channel that a stage reads from: batches in the order they were sent. The reader releases each. */
export type Receiver<B extends Batch> = AsyncIterable<B>

/** A signal that never fires: nothing aborts the call that gets it. */
export const NEVER_ABORTED: AbortSignal = new AbortController().signal

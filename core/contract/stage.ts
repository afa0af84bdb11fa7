// SPDX-License-Identifier: Apache-2.0
import type { Batch } from './batch.js'
import type { Ledger } from './ledger.js'

/**
 * Reads from its inputs (merged into one receiver, in order of arrival) and writes to its outputs (each receives every batch).
 */
export interface Stage {
  readonly ledger: Ledger
  /** Opens resources before any record flows. Rejects with a fault that prevents the start. Called once, before `run`. */
  open?(): Promise<void>
  /**
   * Resolves when `input` has ended and everything read from it has been sent. Rejects at once when `abort` fires. The caller
   * closes `output`. Called once. If it throws and the stage has `onError: continue`, the batches that it read last are counted
   * as dropped, and a new instance receives the rest of the input (the same instance if `isPartitionable`).
   */
  run(input: Receiver<Batch>, output: Sender<Batch>, abort: AbortSignal): Promise<void>
  /** Frees the resources of `open`, whether or not `run` was called. Safe to call twice. */
  close?(): Promise<void>
  /** Resolves to nothing if the stage can work, else to a description of the problem. Takes at most a few seconds. */
  check?(): Promise<string | undefined>
  /** Figures for the end-of-run summary. Every value is plain JSON. */
  report?(): Readonly<Record<string, unknown>>
}

/** Reads records from outside of the program. */
export interface Driver {
  readonly ledger: Ledger
  open?(): Promise<void>
  /**
   * Resolves at the end of the input, or soon after `stop` fires (records already read are still sent). Rejects when `abort`
   * fires.
   */
  run(output: Sender<Batch>, stop: AbortSignal, abort: AbortSignal): Promise<void>
  /** Called when every stage has ended, so no more acknowledgements follow. Safe to call twice. */
  close?(): Promise<void>
  check?(): Promise<string | undefined>
  report?(): Readonly<Record<string, unknown>>
  /** Bytes read and bytes in total, if the input has an end. */
  progress?(): { readonly done: number; readonly total: number }
  /**
   * The partitions of its input in order, for several threads. Unreadable input is reported to the host. Throws if there is
   * nothing to read. The driver is not opened for this call. Called only if {@link DriverPlugin.unpartitionableReason} returns
   * undefined.
   */
  partitions?(): Promise<readonly Partition[]>
  /**
   * Reads one partition, as `run` reads the whole input. Called in another thread, on a driver with the same options that is not
   * opened, once for each partition that the thread receives.
   */
  runPartition?(partition: Partition, output: Sender<Batch>, stop: AbortSignal, abort: AbortSignal): Promise<void>
}

/**
 * A part of an input that any thread can read. Threads receive a copy (structured clone). Drivers add the data that they need to
 * find the partition again.
 */
export interface Partition {
  /** Position in the input, from 0. The records of a partition are written after those of all earlier partitions. */
  readonly position: number
  /** For messages: a path. */
  readonly label: string
  /** In bytes, for the progress of the run. */
  readonly size: number
}

/** The end of a channel that a stage writes to. */
export interface Sender<B extends Batch> {
  /**
   * Passes the caller's reference to `batch` to the receivers. Resolves when the channel has room for more; rejects when aborted.
   */
  send(batch: B): Promise<void>
  /** Ends this sender. A channel ends when its last sender has closed. Safe to call twice. */
  close(): void
}

/** The end of a channel that a stage reads from: batches in the order of sending. The reader releases each batch. */
export type Receiver<B extends Batch> = AsyncIterable<B>

/** A signal that never fires, for calls that cannot be aborted. */
export const NEVER_ABORTED: AbortSignal = new AbortController().signal

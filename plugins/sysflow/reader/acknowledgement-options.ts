// SPDX-License-Identifier: Apache-2.0
import { Acknowledgement } from '../../../core/contract/batch.js'

/** Options of a driver that wants an acknowledgement for a piece of its input. */
export type AcknowledgementOptions =
  | { readonly done?: undefined; readonly abort?: AbortSignal }
  | {
      /**
       * Runs when all records of the piece are safe at their targets, or counted as dropped; never if the piece was not read
       * completely.
       */
      readonly done: () => void
      /**
       * The `abort` signal of `run`. Batches that stages release after it fires have not been delivered, so `done` does not run
       * any more.
       */
      readonly abort: AbortSignal
    }

/** The caller holds the acknowledgement. Throws a TypeError if `done` is given without `abort`. */
export function acknowledgementOf({ done, abort }: AcknowledgementOptions): Acknowledgement {
  if (done && !abort) throw new TypeError('"done" requires "abort"; otherwise it would run for undelivered records')
  return new Acknowledgement(() => {
    if (done && !abort.aborted) done()
  })
}

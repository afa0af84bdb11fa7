// SPDX-License-Identifier: Apache-2.0
import { Acknowledgement } from '../../../core/contract/batch.js'

/** What a driver wants to be told of a piece of its input. */
export type AcknowledgementOptions =
  | { readonly done?: undefined; readonly abort?: AbortSignal }
  | {
      /** Runs when all that was made of it is safe at its targets, or counted as dropped; never if not all of it was read. */
      readonly done: () => void
      /** That of `run`: what parts let go of once it has fired has not been delivered, so `done` does not run any more. */
      readonly abort: AbortSignal
    }

/** Held by the caller. Throws a TypeError if `done` comes without `abort`. */
export function acknowledgementOf({ done, abort }: AcknowledgementOptions): Acknowledgement {
  if (done && !abort) throw new TypeError('"done" needs "abort" beside it, or it would run for what is not delivered')
  return new Acknowledgement(() => {
    if (done && !abort.aborted) done()
  })
}

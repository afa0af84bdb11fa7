// SPDX-License-Identifier: Apache-2.0
import { Fault } from './fault.js'

/** Passes on the first faults of an input and counts the rest, so that a bad input cannot fill the log. */
export class FaultLimiter {
  #count = 0

  constructor(
    readonly report: (fault: Fault) => void,
    readonly limit = 10,
  ) {}

  add(fault: Fault): void {
    if (this.#count++ < this.limit) this.report(fault)
  }

  /** Says how many were not passed on, and begins anew. */
  finish(where: string): void {
    const count = this.#count - this.limit
    if (count > 0) this.report(new Fault('SFP_SYSFLOW_MORE_DAMAGE', { count, shown: this.limit }, { where }))
    this.#count = 0
  }
}

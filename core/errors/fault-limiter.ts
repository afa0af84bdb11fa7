// SPDX-License-Identifier: Apache-2.0
import { type Details, Fault } from './fault.js'

export interface FaultLimiterOptions {
  /** How many faults are reported one by one. */
  readonly limit?: number
  /** The plugin that the faults are counted for. */
  readonly plugin?: { readonly kind: string; readonly name: string }
}

/** Reports the first faults of a component or input and counts the others, so that a bad input cannot fill the log. */
export class FaultLimiter {
  readonly #report: (fault: Fault) => void
  readonly #limit: number
  readonly #details: Details
  #count = 0
  #unfinished = 0

  constructor(report: (fault: Fault) => void, { limit = 10, plugin }: FaultLimiterOptions = {}) {
    this.#report = report
    this.#limit = limit
    this.#details = plugin
      ? { who: `${plugin.kind} "${plugin.name}"`, kind: plugin.kind, plugin: plugin.name }
      : { who: 'this kind' }
  }

  /** All faults so far, reported or not. */
  get count(): number {
    return this.#count
  }

  /** A function is called only for a fault that is reported. */
  add(fault: Fault | (() => Fault)): void {
    this.#count++
    if (this.#unfinished++ < this.#limit) this.#report(typeof fault === 'function' ? fault() : fault)
  }

  /** Reports how many faults were not reported one by one, and starts counting again. */
  finish(where?: string): void {
    const count = this.#unfinished - this.#limit
    this.#unfinished = 0
    if (count > 0) this.#report(new Fault('SFP_RUN_MORE_FAULTS', { ...this.#details, count, shown: this.#limit }, { where }))
  }
}

// SPDX-License-Identifier: Apache-2.0

/** Lets callers wait for a state change. */
export class ConditionVariable {
  readonly #waiters = new Set<() => void>()

  /** Resolves at the next change; rejects with the reason of `abort` as soon as it fires. */
  wait(abort: AbortSignal): Promise<void> {
    if (abort.aborted) return Promise.reject(abort.reason)
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiters.delete(wake)
        reject(abort.reason)
      }
      const wake = (): void => {
        abort.removeEventListener('abort', onAbort)
        resolve()
      }
      this.#waiters.add(wake)
      abort.addEventListener('abort', onAbort, { once: true })
    })
  }

  notifyAll(): void {
    const waiters = [...this.#waiters]
    this.#waiters.clear()
    for (const wake of waiters) wake()
  }
}

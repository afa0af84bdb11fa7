// SPDX-License-Identifier: Apache-2.0

/** Lets those wait who need something to change. */
export class Condition {
  readonly #waiting = new Set<() => void>()

  /** Resolves at the next change; rejects with the reason of `abort` as soon as it fires. */
  changed(abort: AbortSignal): Promise<void> {
    if (abort.aborted) return Promise.reject(abort.reason)
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#waiting.delete(go)
        reject(abort.reason)
      }
      const go = (): void => {
        abort.removeEventListener('abort', stop)
        resolve()
      }
      this.#waiting.add(go)
      abort.addEventListener('abort', stop, { once: true })
    })
  }

  change(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const go of waiting) go()
  }
}

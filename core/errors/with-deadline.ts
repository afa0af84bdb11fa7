// SPDX-License-Identifier: Apache-2.0

/** The work has not ended in time. */
export class DeadlineError extends Error {
  readonly milliseconds: number

  constructor(milliseconds: number) {
    super(`it has not ended after ${milliseconds / 1000} s`)
    this.name = 'DeadlineError'
    this.milliseconds = milliseconds
  }
}

/**
 * Resolves and rejects as `work` does. Rejects with a {@link DeadlineError} if the work has not ended after so many milliseconds
 * (Infinity: no deadline), and with the reason of `signal` as soon as that fires. `work` continues; its later rejection is
 * ignored. No timer or listener is left.
 */
export async function withDeadline<T>(work: PromiseLike<T> | T, milliseconds: number, signal?: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let rejectAborted = (): void => {}
  const ended = new Promise<never>((_, reject) => {
    if (milliseconds < Number.POSITIVE_INFINITY) timer = setTimeout(() => reject(new DeadlineError(milliseconds)), milliseconds)
    rejectAborted = () => reject(signal?.reason)
    if (signal?.aborted) rejectAborted()
    else signal?.addEventListener('abort', rejectAborted, { once: true })
  })
  try {
    return await Promise.race([work, ended])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', rejectAborted)
  }
}

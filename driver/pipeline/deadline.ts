// SPDX-License-Identifier: Apache-2.0

/**
 * Resolves some time after `signal` has fired, unless cleared. The time of a `withDeadline` would start at once, but a component
 * has no time limit until it is asked to end.
 */
export function deadlineAfter(seconds: number, signal: AbortSignal): { readonly reached: Promise<void>; clear(): void } {
  let timer: NodeJS.Timeout | undefined
  let start = (): void => {}
  const reached = new Promise<void>(resolve => {
    start = () => {
      timer = setTimeout(resolve, seconds * 1000)
    }
    if (signal.aborted) start()
    else signal.addEventListener('abort', start, { once: true })
  })
  const clear = (): void => {
    signal.removeEventListener('abort', start)
    clearTimeout(timer)
  }
  return { reached, clear }
}

// SPDX-License-Identifier: Apache-2.0

/** What `work` resolves to. Rejects as it does, or with an Error that says so if it has not ended after so many seconds. */
export async function withDeadline<T>(seconds: number, work: Promise<T> | T): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it has not ended after ${seconds} s`)), seconds * 1000)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}

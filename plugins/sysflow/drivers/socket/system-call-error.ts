// SPDX-License-Identifier: Apache-2.0
import { getSystemErrorName } from 'node:util'

/** What the kernel answered to a call: `code` is ECONNREFUSED and the like, as in the errors of Node itself. */
export class SystemCallError extends Error {
  readonly code: string

  constructor(call: string, errno: number) {
    const code = getSystemErrorName(-errno)
    super(`${call}: ${code}`)
    this.name = 'SystemCallError'
    this.code = code
  }
}

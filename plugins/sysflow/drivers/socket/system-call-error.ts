// SPDX-License-Identifier: Apache-2.0
import { getSystemErrorName } from 'node:util'

/** The error of a system call. `code` is the errno name, for example ECONNREFUSED, as in Node.js errors. */
export class SystemCallError extends Error {
  readonly code: string

  constructor(call: string, errno: number) {
    const code = getSystemErrorName(-errno)
    super(`${call}: ${code}`)
    this.name = 'SystemCallError'
    this.code = code
  }
}

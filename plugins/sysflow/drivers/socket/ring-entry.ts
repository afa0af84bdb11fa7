// SPDX-License-Identifier: Apache-2.0

/** What an entry tells, with a connection's number, and further numbers as named. */
export const OPENED = 0
/** `count` messages, a header first or none at all. Their ends count from the first byte of the first. */
export const MESSAGES = 1
/** `count` messages longer than allowed, the last of them with `bytes` bytes. */
export const OVERSIZED = 2
export const CLOSED = 3
/** Nothing will follow. */
export const ENDED = 4

export interface RingEntry {
  readonly kind: number
  readonly connection: number
  readonly count: number
  readonly bytes: number
}

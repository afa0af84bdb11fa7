// SPDX-License-Identifier: Apache-2.0

/** Kinds of entries. Each entry has a connection number; further numbers are named below. */
export const OPENED = 0
/**
 * `count` messages of which the first is a header or none is. Their ends are counted from the first byte of the first message.
 */
export const MESSAGES = 1
/** `count` messages over the maximum length; the last of them has `bytes` bytes. */
export const OVERSIZED = 2
export const CLOSED = 3
/** No further entry follows. */
export const ENDED = 4

export interface RingEntry {
  readonly kind: number
  readonly connection: number
  readonly count: number
  readonly bytes: number
}

// SPDX-License-Identifier: Apache-2.0

/** Encoded text that is used repeatedly, ready to be copied into a chunk. */
export const fragment = (text: string): Buffer => Buffer.from(text, 'utf8')

export const EMPTY_FRAGMENT = fragment('')

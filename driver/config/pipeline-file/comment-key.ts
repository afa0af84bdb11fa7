// SPDX-License-Identifier: Apache-2.0

/** A key of a pipeline file that begins so is a comment, with whatever it holds. */
export const isCommentKey = (key: string): boolean => key.startsWith('_')

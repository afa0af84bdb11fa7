// SPDX-License-Identifier: Apache-2.0

/** A key of a pipeline file with this prefix is a comment, including its value. */
export const isCommentKey = (key: string): boolean => key.startsWith('_')

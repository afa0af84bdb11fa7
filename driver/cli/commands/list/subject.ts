// SPDX-License-Identifier: Apache-2.0

export const SUBJECTS = ['attributes', 'rules', 'components', 'codes'] as const
export type Subject = (typeof SUBJECTS)[number]

/** One line of a list. */
export interface Item {
  readonly name: string
  /** What stands behind the name, column by column. */
  readonly columns: readonly string[]
  /** All that is known of it, as plain JSON values. */
  readonly facts: Readonly<Record<string, unknown>>
}

// SPDX-License-Identifier: Apache-2.0

export const LIST_SUBJECTS = ['attributes', 'rules', 'components', 'codes'] as const
export type ListSubject = (typeof LIST_SUBJECTS)[number]

/** One line of a list. */
export interface ListItem {
  readonly name: string
  /** Other names by which it can be asked for. */
  readonly aliases?: readonly string[]
  /** What stands behind the name, column by column. */
  readonly columns: readonly string[]
  /** All that is known of it, as plain JSON values. */
  readonly details: Readonly<Record<string, unknown>>
}

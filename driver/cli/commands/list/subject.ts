// SPDX-License-Identifier: Apache-2.0

export const LIST_SUBJECTS = ['attributes', 'rules', 'components', 'codes'] as const
export type ListSubject = (typeof LIST_SUBJECTS)[number]

/** One line of a list. */
export interface ListItem {
  readonly name: string
  /** Other names that select the item. */
  readonly aliases?: readonly string[]
  /** The columns after the name. */
  readonly columns: readonly string[]
  /** All facts about the item, as plain JSON values. */
  readonly details: Readonly<Record<string, unknown>>
}

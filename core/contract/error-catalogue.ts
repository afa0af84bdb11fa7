// SPDX-License-Identifier: Apache-2.0

/** The text of an error: `what` happened, and a `hint` how to fix it. `{name}` is replaced by a detail of the error. */
export interface FaultText {
  readonly what: string
  readonly hint: string
  /** The most frequent causes, most likely first, where the text does not state them. `explain` shows them. */
  readonly causes?: readonly string[]
}

/** Error codes and their texts, as core, a family or a plugin declares them. A code never changes its meaning. */
export type ErrorCatalogue = Readonly<Record<string, FaultText>>

// SPDX-License-Identifier: Apache-2.0

import type { ActionFieldValue, RuleMetadata } from './evaluated-batch.js'
import type { RecordView } from './record-view.js'

/** What a matching rule does, beside being told. There is one for each policy engine whose rules name it. */
export interface Action {
  /** Opens what it needs; called once, after `check`. Rejects if it cannot: the program does not start, a reload does not happen. */
  open?(): Promise<void>
  /**
   * Called for every use of the action in a new rule set, with `ARGUMENT` of `actions: [NAME:ARGUMENT]`, or an empty text.
   * Throws if that makes no sense; the rule then works without the action, with a warning.
   */
  check?(argument: string): void
  /**
   * Called for every record that the rule matches, in the order of the rules and of the actions in a rule, while records wait:
   * it must answer at once, and what takes time it begins and does not wait for. What it throws is told and counted, what
   * it has added to the record until then is taken back, and nothing else changes. To return a promise is a fault too.
   */
  run(context: ActionContext): void
  /** Called when no rule names the action any more, and at the end. It has three seconds. */
  close?(): Promise<void>
  /** Figures for the end-of-run summary; every one is a plain JSON value. */
  report?(): Readonly<Record<string, unknown>>
}

/** A record that a rule matched. Valid until `run` returns. */
export interface ActionContext {
  /** Its verdict holds every rule that it matches, and nothing yet of what actions have added. */
  readonly record: RecordView
  readonly rule: RuleMetadata
  /** Behind the colon of `NAME:ARGUMENT`; empty without one. */
  readonly argument: string
  /** Adds a tag to the alert; tags of actions stand before those of rules. At most 64 of 4,096 characters a record, the rest is cut. */
  addTag(tag: string): void
  /**
   * Adds a field to the alert; a later one of the same name wins. Bounds are those of tags; a name has at most 256 characters.
   * Numbers are finite; a bigint fits into 64 bits, signed or not.
   */
  addField(name: string, value: ActionFieldValue): void
}

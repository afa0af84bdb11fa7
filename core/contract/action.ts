// SPDX-License-Identifier: Apache-2.0

import type { ActionFieldValue, RuleMetadata } from './evaluated-batch.js'
import type { RecordView } from './record-view.js'

/** The side effect of a matching rule. Each policy engine whose rules name the action has one instance. */
export interface Action {
  /**
   * Opens resources. Called once, after `check`. If it rejects at startup, the program does not start; on reload, the old rules
   * stay.
   */
  open?(): Promise<void>
  /**
   * Called for every use of the action in a new rule set, with the `ARGUMENT` of `actions: [NAME:ARGUMENT]`, or an empty text.
   * Throws if the argument is invalid. The rule then works without the action, and a warning is logged.
   */
  check?(argument: string): void
  /**
   * Called for every record that the rule matches, in the order of the rules and of the actions in a rule. Records wait for the
   * call, so it must return at once; it may start slow work but must not wait for it. An exception is logged and counted, and
   * what this call has added to the record is removed; nothing else changes. Returning a promise is an error too.
   */
  run(context: ActionContext): void
  /** Called when no rule names the action any more, and at the end of the run. It has three seconds. */
  close?(): Promise<void>
  /** Figures for the end-of-run summary. Every value is plain JSON. */
  report?(): Readonly<Record<string, unknown>>
}

/** A record that a rule matched. Valid until `run` returns. */
export interface ActionContext {
  /** Its `matches` contain every rule that matches the record, but nothing that actions have added. */
  readonly record: RecordView
  readonly rule: RuleMetadata
  /** The text after the colon of `NAME:ARGUMENT`; empty if there is none. */
  readonly argument: string
  /**
   * Adds a tag to the alert, before the tags of rules. A record takes at most 64 tags of 4,096 characters; the excess is cut off.
   */
  addTag(tag: string): void
  /**
   * Adds a field to the alert. A later field replaces an earlier one of the same name. Fields have the limits of tags; a name has
   * at most 256 characters. Numbers are finite; a bigint fits into 64 bits, signed or unsigned.
   */
  addField(name: string, value: ActionFieldValue): void
}

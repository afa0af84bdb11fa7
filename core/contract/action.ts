// SPDX-License-Identifier: Apache-2.0
import type { RecordView } from './record-view.js'
import type { FieldValue, RuleFacts } from './verdict.js'

/** What a matching rule does, beside being told. */
export interface Action {
  open?(): Promise<void>
  /**
   * Called once for every way in which a rule of a new rule set names the action: `ARGUMENT` in `actions: [NAME:ARGUMENT]`, or
   * an empty text. Throws if that makes no sense; the rule then works without the action, with a warning.
   */
  check?(argument: string): void
  /**
   * Called for every record that the rule matches, in the order of the rules and of the actions in a rule, while records wait:
   * it must answer at once, and what takes time it begins and does not wait for. What it throws is told and counted, and
   * nothing else changes.
   */
  run(hit: Hit): void
  close?(): Promise<void>
  /** Figures for the end-of-run summary; every one is a plain JSON value. */
  report?(): Readonly<Record<string, unknown>>
}

/** A record that a rule matched. Valid until `run` returns. */
export interface Hit {
  readonly record: RecordView
  readonly rule: RuleFacts
  /** Behind the colon of `NAME:ARGUMENT`; empty without one. */
  readonly argument: string
  /** Adds a tag to the alert; tags of actions stand before those of rules. */
  tag(tag: string): void
  /** Adds a field to the alert; a later one of the same name wins. */
  field(name: string, value: FieldValue): void
}

// SPDX-License-Identifier: Apache-2.0
import type { ActionContext } from '../../../contract/action.js'
import type { ActionFieldValue, RuleMetadata } from '../../../contract/evaluated-batch.js'
import type { RecordView } from '../../../contract/record-view.js'
import type { Additions, AdditionsSnapshot } from './additions.js'

/**
 * The context of one use of an action in one rule. It is the same object for every record, and it is valid only while the action
 * runs.
 */
export class RuleActionContext implements ActionContext {
  readonly rule: RuleMetadata
  readonly argument: string
  readonly #additions: Additions
  /** Null: the action is not running, and the record may no longer be valid. */
  #record: RecordView | null = null
  #snapshot: AdditionsSnapshot
  #truncations = 0

  constructor(rule: RuleMetadata, argument: string, additions: Additions) {
    this.rule = rule
    this.argument = argument
    this.#additions = additions
    this.#snapshot = additions.snapshot()
  }

  get record(): RecordView {
    return assertRunning(this.#record)
  }

  /** Properties instead of methods, so that an action can destructure them: `run({ addTag })`. */
  readonly addTag = (tag: string): void => {
    assertRunning(this.#record)
    if (!this.#additions.tag(tag)) this.#truncations++
  }

  readonly addField = (name: string, value: ActionFieldValue): void => {
    assertRunning(this.#record)
    if (!this.#additions.field(name, value)) this.#truncations++
  }

  begin(record: RecordView): void {
    this.#snapshot = this.#additions.snapshot()
    this.#record = record
    this.#truncations = 0
  }

  /** Removes what the action has added since it started. */
  undo(): void {
    this.#additions.restore(this.#snapshot)
  }

  /** Ends the call. Returns the number of additions that were cut or omitted. */
  end(): number {
    this.#record = null
    return this.#truncations
  }
}

function assertRunning(record: RecordView | null): RecordView {
  if (record === null) throw new Error('a hit is valid only until "run" returns')
  return record
}

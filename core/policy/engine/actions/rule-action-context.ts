// SPDX-License-Identifier: Apache-2.0
import type { ActionContext } from '../../../contract/action.js'
import type { ActionFieldValue, RuleMetadata } from '../../../contract/evaluated-batch.js'
import type { RecordView } from '../../../contract/record-view.js'
import type { Additions, AdditionsSnapshot } from './additions.js'

/** The hit of one use of an action in one rule: the same for every record, and only good for something while the action runs. */
export class RuleActionContext implements ActionContext {
  readonly rule: RuleMetadata
  readonly argument: string
  readonly #additions: Additions
  /** Null: the action is not running, and the record may have gone on. */
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

  /** Not methods: whoever writes `run({ tag })` takes them from their hit. */
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

  /** Takes back what was added since it began. */
  undo(): void {
    this.#additions.restore(this.#snapshot)
  }

  /** Additions since it began that were cut or left out. */
  end(): number {
    this.#record = null
    return this.#truncations
  }
}

function assertRunning(record: RecordView | null): RecordView {
  if (record === null) throw new Error('a hit is valid until "run" returns')
  return record
}

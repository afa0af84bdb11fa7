// SPDX-License-Identifier: Apache-2.0
import type { Hit } from '../../../contract/action.js'
import type { RecordView } from '../../../contract/record-view.js'
import type { FieldValue, RuleFacts } from '../../../contract/verdict.js'
import type { Additions, Mark } from './additions.js'

/** The hit of one use of an action in one rule: the same for every record, and only good for something while the action runs. */
export class StepHit implements Hit {
  readonly rule: RuleFacts
  readonly argument: string
  readonly #additions: Additions
  /** Null: the action is not running, and the record may have gone on. */
  #record: RecordView | null = null
  #before: Mark
  #cut = 0

  constructor(rule: RuleFacts, argument: string, additions: Additions) {
    this.rule = rule
    this.argument = argument
    this.#additions = additions
    this.#before = additions.mark()
  }

  get record(): RecordView {
    return running(this.#record)
  }

  /** Not methods: whoever writes `run({ tag })` takes them from their hit. */
  readonly tag = (tag: string): void => {
    running(this.#record)
    if (!this.#additions.tag(tag)) this.#cut++
  }

  readonly field = (name: string, value: FieldValue): void => {
    running(this.#record)
    if (!this.#additions.field(name, value)) this.#cut++
  }

  begin(record: RecordView): void {
    this.#before = this.#additions.mark()
    this.#record = record
    this.#cut = 0
  }

  /** Takes back what was added since it began. */
  undo(): void {
    this.#additions.back(this.#before)
  }

  /** Additions since it began that were cut or left out. */
  end(): number {
    this.#record = null
    return this.#cut
  }
}

function running(record: RecordView | null): RecordView {
  if (record === null) throw new Error('a hit is valid until "run" returns')
  return record
}

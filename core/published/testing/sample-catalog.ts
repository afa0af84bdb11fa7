// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import { EvaluatedBatch, type RuleMatches } from '../../contract/evaluated-batch.js'
import type { Plugin } from '../../contract/plugin.js'
import type { RecordAdapter } from '../../contract/record-adapter.js'
import { type RecordView, RowView } from '../../contract/record-view.js'
import type { SampleOptions, SampleRecords } from '../../contract/sample-records.js'
import { ruleMatches } from './rule-matches.js'

/** Which records a test runs on: the options of the families' samples, and the rule matches of evaluated records. */
export type RecordSelection<O extends SampleOptions = SampleOptions> = O & {
  /**
   * Rule matches of a record on a channel of evaluated records; null: no rule matches. Default: every third record is matched.
   * `number` counts from 0.
   */
  readonly evaluate?: (record: RecordView, number: number) => RuleMatches | null
}

/** The sample records and record adapters of all families that a test suite knows. */
export class SampleCatalog {
  readonly #families: readonly SampleRecords[]

  constructor(families: readonly SampleRecords[]) {
    this.#families = families
  }

  /** Channel types of which there are records: those of the families, each with its channel of evaluated records. */
  get channelTypes(): readonly string[] {
    const types = this.#families.flatMap(({ channels, adapters }) => [
      ...channels,
      ...adapters.filter(({ channel }) => channels.includes(channel)).map(({ evaluatedChannel }) => evaluatedChannel),
    ])
    return [...new Set(types)]
  }

  /** The adapter of a channel type, evaluated or not: of a family or of the plugin under test. */
  adapterFor(type: string | undefined, plugin?: Plugin): RecordAdapter<Batch> | undefined {
    const adapters = [...this.#families.flatMap(family => family.adapters), ...(plugin?.adapters ?? [])]
    return (adapters as unknown as readonly RecordAdapter<Batch>[]).find(
      ({ channel, evaluatedChannel }) => channel === type || evaluatedChannel === type,
    )
  }

  /** New batches as a channel of this type carries them, with one reference each, held by the caller. */
  async batchesOf(channelType: string, records: RecordSelection = {}): Promise<Batch[]> {
    const family = this.#families.find(({ channels }) => channels.includes(channelType))
    if (family) return family.batches(channelType, records)
    const adapter = this.adapterFor(channelType)
    if (adapter?.evaluatedChannel !== channelType)
      throw new Error(`no sample records for channel type "${channelType}": supply batches in "input" of the test setup`)
    return evaluateAll(await this.batchesOf(adapter.channel, records), adapter, records.evaluate ?? matchEveryThird)
  }
}

function evaluateAll(
  batches: readonly Batch[],
  adapter: RecordAdapter<Batch>,
  evaluate: NonNullable<RecordSelection['evaluate']>,
): Batch[] {
  let number = 0
  return batches.map(batch => {
    const view = new RowView(adapter, batch)
    const rows = Uint32Array.from({ length: batch.length }, (_, row) => row)
    return new EvaluatedBatch(
      batch,
      rows,
      [...rows].map(row => evaluate(view.moveTo(row), number++)),
    )
  })
}

const matchEveryThird = (_record: RecordView, number: number): RuleMatches | null => (number % 3 === 0 ? MATCHES : null)
const MATCHES = ruleMatches('a rule', { tags: ['of:rule'], contextTags: ['of:action'], fields: { said: 'by an action' } })

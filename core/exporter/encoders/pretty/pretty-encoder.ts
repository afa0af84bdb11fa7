// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { EvaluatedBatch } from '../../../contract/evaluated-batch.js'
import type { ChunkWriter, Encoder } from '../../../contract/exporter.js'
import type { EncoderHost, Options } from '../../../contract/plugin.js'
import { ansiStyle, unstyled } from '../../../terminal/style.js'
import { readNumber, readText } from '../../read-options.js'
import { alertText, type PrettyLayout, recordText } from './pretty-layout.js'
import { prettyPlainRecord } from './pretty-plain-record.js'
import type { PrettyRecord } from './pretty-record.js'

/** Converts a record to its human-readable form. */
export type DescribeRecord<B extends Batch> = (batch: B, row: number) => PrettyRecord

/** The encoder for the records of the host's input. Without `describe` it shows the attributes of the records. */
export const createPrettyEncoder = <B extends Batch>(
  options: Options,
  host: EncoderHost,
  describe?: DescribeRecord<B>,
): Encoder<B> => new PrettyEncoder(describe ?? ((batch, row) => describePlainRecord(host, batch, row)), layoutOf(options, host))

/** Writes human-readable records; `describe` supplies the content for the kind of record. */
class PrettyEncoder<B extends Batch> implements Encoder<B> {
  readonly format = 'pretty'
  readonly #describe: DescribeRecord<B>
  readonly #layout: PrettyLayout

  constructor(describe: DescribeRecord<B>, layout: PrettyLayout) {
    this.#describe = describe
    this.#layout = layout
  }

  encode({ records, rows, matches: batchMatches }: EvaluatedBatch<B>, from: number, to: number, into: ChunkWriter): void {
    for (let index = from; index < to; index++) {
      const described = this.#describe(records, rows[index] as number)
      const matches = batchMatches[index] ?? null
      // The line feed of the record itself is the empty line after an alert.
      into.text(matches === null ? recordText(described, this.#layout).slice(0, -1) : alertText(described, matches, this.#layout))
      into.finishRecord()
    }
  }
}

function layoutOf(options: Options, { screen }: EncoderHost): PrettyLayout {
  const configuredWidth = readNumber(options, 'pretty.width')
  return {
    style: screen?.hasColor ? ansiStyle : unstyled,
    columns: () => Math.max(MIN_COLUMNS, configuredWidth || screen?.columns || DEFAULT_COLUMNS),
    isUtc: readText(options, 'pretty.time') === 'utc',
  }
}

const MIN_COLUMNS = 40
const DEFAULT_COLUMNS = 100

function describePlainRecord({ adapter, records }: EncoderHost, batch: Batch, row: number): PrettyRecord {
  for (const view of records(batch, row, row + 1))
    return prettyPlainRecord(view, adapter?.time?.(batch, row), adapter?.summaryFields)
  throw new TypeError('a record cannot be read')
}

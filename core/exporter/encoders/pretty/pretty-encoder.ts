// SPDX-License-Identifier: Apache-2.0

import { OTEL_ADAPTER } from '../../../../plugins/otel/otel-adapter.js'
import { SYSFLOW_ADAPTER } from '../../../../plugins/sysflow/attributes/sysflow-adapter.js'
import { prettySysFlowRecord } from '../../../../plugins/sysflow/encoders/pretty-sysflow-record.js'
import type { Batch } from '../../../contract/batch.js'
import type { EvaluatedBatch } from '../../../contract/evaluated-batch.js'
import type { ChunkWriter, Encoder } from '../../../contract/exporter.js'
import type { EncoderHost, Options } from '../../../contract/plugin.js'
import { ansiStyle, unstyled } from '../../../terminal/style.js'
import { readNumber, readText } from '../../read-options.js'
import { alertText, type PrettyLayout, recordText } from './pretty-layout.js'
import { prettyLogRecord, prettyPlainRecord } from './pretty-other-records.js'
import type { PrettyRecord } from './pretty-record.js'

/** The encoder for the records of the host's input. */
export function prettyEncoderFor(options: Options, host: EncoderHost): Encoder<never> {
  const layout = layoutOf(options, host)
  switch (host.inputType) {
    case OTEL_ADAPTER.channel:
      return new PrettyEncoder(prettyLogRecord, layout)
    case SYSFLOW_ADAPTER.evaluatedChannel:
    case SYSFLOW_ADAPTER.channel:
    case undefined:
      return new PrettyEncoder(prettySysFlowRecord, layout)
    default:
      return new PrettyEncoder((batch: Batch, row) => prettyRecordFor(host, batch, row), layout)
  }
}

/** Shows records; how one is pictured is a matter of its kind. */
class PrettyEncoder<B extends Batch> implements Encoder<B> {
  readonly format = 'pretty'
  readonly #prettyRecordOf: (batch: B, row: number) => PrettyRecord
  readonly #layout: PrettyLayout

  constructor(prettyRecordOf: (batch: B, row: number) => PrettyRecord, layout: PrettyLayout) {
    this.#prettyRecordOf = prettyRecordOf
    this.#layout = layout
  }

  encode({ records, rows, matches: batchMatches }: EvaluatedBatch<B>, from: number, to: number, into: ChunkWriter): void {
    for (let index = from; index < to; index++) {
      const prettyRecordOf = this.#prettyRecordOf(records, rows[index] as number)
      const matches = batchMatches[index] ?? null
      // The line feed of the record itself is the empty line behind an alert.
      into.text(
        matches === null
          ? recordText(prettyRecordOf, this.#layout).slice(0, -1)
          : alertText(prettyRecordOf, matches, this.#layout),
      )
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

function prettyRecordFor(host: EncoderHost, batch: Batch, row: number): PrettyRecord {
  for (const view of host.records(batch, row, row + 1)) return prettyPlainRecord(view)
  throw new TypeError('a record cannot be seen')
}

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { Encoder, PageWriter } from '../../../contract/exporter.js'
import type { EncoderHost, Options } from '../../../contract/plugin.js'
import type { JudgedBatch } from '../../../contract/verdict.js'
import { OTEL_SOURCE } from '../../../../plugins/otel/source.js'
import { SYSFLOW_SOURCE } from '../../../../plugins/sysflow/attributes/source.js'
import { coloured, plain } from '../../../terminal/paint.js'
import { number, text } from '../../read-option.js'
import { alertText, type Look, recordText } from './layout.js'
import { logPicture, plainPicture } from './other-pictures.js'
import type { Picture } from './picture.js'
import { sysflowPicture } from '../../../../plugins/sysflow/encoders/sysflow-picture.js'

/** The encoder for the records of the host's input. */
export function prettyEncoderFor(options: Options, host: EncoderHost): Encoder<never> {
  const look = lookOf(options, host)
  switch (host.inputType) {
    case OTEL_SOURCE.channel:
      return new PrettyEncoder(logPicture, look)
    case SYSFLOW_SOURCE.judged:
    case SYSFLOW_SOURCE.channel:
    case undefined:
      return new PrettyEncoder(sysflowPicture, look)
    default:
      return new PrettyEncoder((batch: Batch, row) => pictureOf(host, batch, row), look)
  }
}

/** Shows records; how one is pictured is a matter of its kind. */
class PrettyEncoder<B extends Batch> implements Encoder<B> {
  readonly format = 'pretty'
  readonly #picture: (batch: B, row: number) => Picture
  readonly #look: Look

  constructor(picture: (batch: B, row: number) => Picture, look: Look) {
    this.#picture = picture
    this.#look = look
  }

  encode({ records, rows, verdicts }: JudgedBatch<B>, from: number, to: number, into: PageWriter): void {
    for (let index = from; index < to; index++) {
      const picture = this.#picture(records, rows[index] as number)
      const verdict = verdicts[index] ?? null
      // The line feed of the record itself is the empty line behind an alert.
      into.text(verdict === null ? recordText(picture, this.#look).slice(0, -1) : alertText(picture, verdict, this.#look))
      into.finishRecord()
    }
  }
}

function lookOf(options: Options, { screen }: EncoderHost): Look {
  const wanted = number(options, 'pretty.width')
  return {
    paint: screen?.hasColour ? coloured : plain,
    columns: () => Math.max(NARROWEST, wanted || screen?.columns || WITHOUT_SCREEN),
    isUtc: text(options, 'pretty.time') === 'utc',
  }
}

const NARROWEST = 40
const WITHOUT_SCREEN = 100

function pictureOf(host: EncoderHost, batch: Batch, row: number): Picture {
  for (const view of host.records(batch, row, row + 1)) return plainPicture(view)
  throw new TypeError('a record cannot be seen')
}

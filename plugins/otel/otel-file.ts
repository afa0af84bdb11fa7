// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../core/contract/batch.js'
import type { Host } from '../../core/contract/host.js'
import type { Ledger } from '../../core/contract/ledger.js'
import type { Driver, Sender } from '../../core/contract/stage.js'
import { Fault } from '../../core/errors/fault.js'
import { FaultLimiter } from '../../core/errors/fault-limiter.js'
import { OtelFormatError, type ResourceLogs } from '../../core/exporter/otlp/log-records.js'
import { readJson } from '../../core/exporter/otlp/read-json.js'
import { findInputFiles, type InputFile, openInputFile } from '../../core/input/input-files.js'
import { otelFault } from './errors.js'
import { JsonValueSplitter, type JsonValueText } from './json-value-splitter.js'
import { OtelBatch } from './otel-batch.js'

/**
 * Reads log records from JSON files. Input that is not log data is reported, counted and skipped, line by line where possible.
 */
export class OtelFileDriver implements Driver {
  readonly ledger: Ledger
  readonly #paths: readonly string[]
  readonly #host: Host
  #files: readonly InputFile[] = []
  #bytesDone = 0
  #bytesInFile = 0
  #filesDone = 0
  #batch = new OtelBatch()

  constructor(paths: readonly string[], host: Host, ledger: Ledger) {
    this.#paths = paths
    this.#host = host
    this.ledger = ledger
  }

  async open(): Promise<void> {
    const { files, faults } = await findInputFiles(this.#paths)
    this.#files = files
    for (const fault of faults) this.#host.reportFault(fault, true)
  }

  async run(output: Sender<Batch>, stop: AbortSignal, abort: AbortSignal): Promise<void> {
    for (const file of this.#files) {
      if (stop.aborted) break
      const faults = new FaultLimiter(fault => this.#host.reportFault(fault, true))
      try {
        await this.#read(file, faults, output, stop, abort)
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        this.#host.reportFault(error.where ? error : error.with({ where: file.path, cause: error }), true)
      }
      faults.finish(file.path)
      this.#bytesDone += this.#bytesInFile
      this.#bytesInFile = 0
      this.#filesDone++
    }
    await this.#flush(output)
  }

  progress(): { readonly done: number; readonly total: number } {
    const total = this.#files.reduce((sum, file) => sum + file.size, 0)
    return { done: this.#bytesDone + this.#bytesInFile, total }
  }

  report(): Readonly<Record<string, unknown>> {
    return { files: this.#filesDone, bytes: this.progress().done }
  }

  async #read(
    file: InputFile,
    faults: FaultLimiter,
    output: Sender<Batch>,
    stop: AbortSignal,
    abort: AbortSignal,
  ): Promise<void> {
    const source = await openInputFile(file)
    const values = new JsonValueSplitter(MAX_VALUE_BYTES)
    const buffer = Buffer.allocUnsafe(READ_BYTES)
    try {
      while (!stop.aborted) {
        abort.throwIfAborted()
        const read = await source.read(buffer, 0, READ_BYTES, this.#bytesInFile)
        if (read === 0) break
        this.#bytesInFile += read
        await this.#appendAll(splitValues(values, buffer.subarray(0, read), file), file, faults, output)
      }
      if (!stop.aborted) await this.#appendAll(values.finish(), file, faults, output)
    } finally {
      await source.close()
    }
  }

  async #appendAll(
    pieces: readonly JsonValueText[],
    file: InputFile,
    faults: FaultLimiter,
    output: Sender<Batch>,
  ): Promise<void> {
    for (const piece of pieces) {
      for (const data of this.#parse(piece, file, faults)) this.ledger.in += this.#batch.append(data, piece.text.length)
      if (this.#batch.length >= MAX_BATCH_RECORDS || this.#batch.weight >= MAX_BATCH_BYTES) await this.#flush(output)
    }
  }

  /** A value that cannot be parsed may have consumed the lines after it, so its lines are parsed one by one. */
  #parse({ text, offset }: JsonValueText, file: InputFile, faults: FaultLimiter): readonly (readonly ResourceLogs[])[] {
    try {
      return [readJson(text)]
    } catch (error) {
      if (!(error instanceof OtelFormatError)) throw error
      const lines = text.split('\n').filter(line => line.trim() !== '')
      if (lines.length > 1) {
        const read = lines.flatMap(line => parseJsonLine(line))
        if (read.length > 0) {
          this.#drop(lines.length - read.length, error, `${file.path}, from byte ${offset}`, faults)
          return read
        }
      }
      this.#drop(1, error, `${file.path}, byte ${offset}`, faults)
      return []
    }
  }

  #drop(values: number, { message: reason }: Error, where: string, faults: FaultLimiter): void {
    this.ledger.in += values
    this.ledger.drop('no log data', values)
    faults.add(otelFault('SFP_OTEL_DATA', { reason }, { where }))
  }

  async #flush(output: Sender<Batch>): Promise<void> {
    const batch = this.#batch
    if (batch.length === 0) return
    this.#batch = new OtelBatch()
    const { length } = batch
    await output.send(batch)
    this.ledger.out += length
  }
}

function splitValues(values: JsonValueSplitter, chunk: Uint8Array, { path }: InputFile): readonly JsonValueText[] {
  try {
    return values.push(chunk)
  } catch (error) {
    if (error instanceof OtelFormatError) throw otelFault('SFP_OTEL_TOO_LARGE', { limit: MAX_VALUE_BYTES }, { where: path })
    throw error
  }
}

function parseJsonLine(line: string): readonly (readonly ResourceLogs[])[] {
  try {
    return [readJson(line)]
  } catch {
    return []
  }
}

const READ_BYTES = 256 * 1024
const MAX_VALUE_BYTES = 64 * 1024 * 1024
const MAX_BATCH_RECORDS = 256
const MAX_BATCH_BYTES = 1024 * 1024

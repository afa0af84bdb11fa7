// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../core/contract/batch.js'
import type { Sender } from '../../core/contract/channel.js'
import { Ledger } from '../../core/contract/ledger.js'
import type { DriverPlugin } from '../../core/contract/plugin.js'
import type { Driver, Host } from '../../core/contract/stage.js'
import { Fault } from '../../core/errors/fault.js'
import { SysFlowBlock } from '../../core/sysflow/block.js'
import { ContainerReader } from '../../core/sysflow/container.js'
import { type Decoder, Decoders } from '../../core/sysflow/decoder.js'
import { FewFaults } from '../../core/sysflow/few-faults.js'
import { findTraces, openTrace, type TraceFile } from './trace-files.js'

export const fileDriver: DriverPlugin = {
  kind: 'driver',
  name: 'file',
  contract: 1,
  summary: 'reads SysFlow traces: files, and folders of files in natural order (subfolders are skipped)',
  options: { type: 'object', additionalProperties: false, properties: {} },
  offers: ['sysflowchan'],
  create: (_options, paths, host) => new FileDriver(paths, host),
}

export class FileDriver implements Driver {
  readonly ledger = new Ledger()
  readonly #paths: readonly string[]
  readonly #host: Host
  readonly #decoders = new Decoders()
  #files: readonly TraceFile[] = []
  /** Bytes of the files that have been read to their end. */
  #bytesDone = 0
  #filesDone = 0
  #blocks = 0
  #damagedBlocks = 0
  #skippedBytes = 0
  #reader: ContainerReader<Decoder> | undefined

  constructor(paths: readonly string[], host: Host) {
    this.#paths = paths
    this.#host = host
  }

  async open(): Promise<void> {
    const { files, faults } = await findTraces(this.#paths)
    this.#files = files
    for (const fault of faults) this.#host.fault(fault, true)
  }

  async run(output: Sender<Batch>, stop: AbortSignal, abort: AbortSignal): Promise<void> {
    for (const file of this.#files) {
      if (stop.aborted) break
      await this.readTrace(file, output, stop, abort)
    }
  }

  /** Reads one file to its end, or to the end of the block at which `stop` fires. What cannot be read is told as a fault. */
  async readTrace(file: TraceFile, output: Sender<Batch>, stop: AbortSignal, abort: AbortSignal): Promise<void> {
    try {
      await this.#read(file, output, stop, abort)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      const { code, details } = error
      this.#host.fault(error.where ? error : new Fault(code, details, { where: file.path, cause: error }), true)
    }
    this.#bytesDone += file.size
    this.#filesDone++
  }

  progress(): { readonly done: number; readonly total: number } {
    const total = this.#files.reduce((sum, file) => sum + file.size, 0)
    return { done: this.#bytesDone + (this.#reader?.offset ?? 0), total }
  }

  report(): Readonly<Record<string, unknown>> {
    return {
      files: this.#filesDone,
      bytes: this.progress().done,
      blocks: this.#blocks,
      damagedBlocks: this.#damagedBlocks,
      skippedBytes: this.#skippedBytes,
    }
  }

  async #read(file: TraceFile, output: Sender<Batch>, stop: AbortSignal, abort: AbortSignal): Promise<void> {
    const source = await openTrace(file)
    const faults = new FewFaults(fault => this.#host.fault(fault, true))
    const reader = new ContainerReader(
      source,
      text => this.#decoders.of(text),
      (fault, records) => {
        this.ledger.taken += records
        this.ledger.drop('damaged block', records)
        faults.add(fault)
      },
      this.#host.without,
    )
    this.#reader = reader
    try {
      for await (const { schema, bytes, count, offset } of reader.blocks()) {
        abort.throwIfAborted()
        if (count > 0) {
          this.#blocks++
          this.ledger.taken += count
          await output.send(new SysFlowBlock(schema, bytes, count, `${file.path}, block at byte ${offset}`, reader))
          this.ledger.passed += count
        }
        if (stop.aborted) break
      }
    } finally {
      this.#reader = undefined
      this.#damagedBlocks += reader.damagedBlocks
      this.#skippedBytes += reader.skippedBytes
      faults.finish(file.path)
      await source.close()
    }
  }
}

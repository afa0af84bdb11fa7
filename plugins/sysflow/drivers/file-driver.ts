// SPDX-License-Identifier: Apache-2.0

import { resolve } from 'node:path'
import type { Batch } from '../../../core/contract/batch.js'
import type { Host } from '../../../core/contract/host.js'
import { Ledger } from '../../../core/contract/ledger.js'
import type { DriverPlugin, Options } from '../../../core/contract/plugin.js'
import type { Driver, Partition, Sender } from '../../../core/contract/stage.js'
import { Fault } from '../../../core/errors/fault.js'
import { FaultLimiter } from '../../../core/errors/fault-limiter.js'
import type { AckTracker } from '../../../core/input/ack-tracker.js'
import { type FileTail, type InputFileReader, ReadingStopped } from '../../../core/input/file-tail.js'
import { fileFingerprint, matchesFingerprint } from '../../../core/input/fingerprint.js'
import { FollowedFiles, type FollowSettings } from '../../../core/input/followed-files.js'
import { findInputFiles, type InputFile, openInputFile, openTail } from '../../../core/input/input-files.js'
import { ProgressTracker } from '../../../core/input/progress-tracker.js'
import { ContainerReader } from '../avro/container-reader.js'
import { type Decoder, DecoderCache } from '../reader/decoder.js'
import { SysFlowBlock } from '../reader/sysflow-block.js'

export const fileDriver: DriverPlugin = {
  kind: 'driver',
  name: 'file',
  contract: 2,
  summary: 'reads SysFlow traces: files, and directories in natural order (subdirectories are skipped)',
  // biome-ignore format: a table
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      follow: { type: 'boolean', description: 'After the last file, wait for more data and for new files, until stopped.', default: false },
      'follow.every': { type: 'integer', minimum: 10, maximum: 3_600_000, description: 'Polling interval for followed files and directories, in milliseconds. Changes that the file system reports are read immediately. Network file systems report none.', default: 500 },
      'follow.settled': { type: 'integer', minimum: 0, maximum: 86_400_000, description: 'Milliseconds without new data before the next file is read. If the file grows later, reading continues.', default: 5000 },
      checkpoint: { type: 'string', minLength: 1, description: 'Checkpoint file with the delivered position of each trace. A restart continues there. Its directory must exist.' },
      'checkpoint.every': { type: 'integer', minimum: 10, maximum: 3_600_000, description: 'Checkpoint interval in milliseconds.', default: 1000 },
    },
    examples: [{ follow: true, checkpoint: '/var/lib/sfprocessor/traces.checkpoint' }],
  },
  offers: ['sysflowchan'],
  unpartitionableReason({ follow, checkpoint }) {
    if (follow === true) return 'its traces are followed'
    return checkpoint === undefined ? undefined : 'a checkpoint is kept'
  },
  create: (options, paths, host) => new FileDriver(paths, host, fileDriverSettings(options, host)),
}

/** One trace. Any thread can read it. */
interface TracePartition extends Partition {
  readonly file: InputFile
}

interface FileDriverSettings {
  readonly follow?: FollowSettings
  readonly checkpoint?: { readonly path: string; readonly every: number }
}

function fileDriverSettings(options: Options, { directory }: Host): FileDriverSettings {
  const number = (key: string, fallback: number): number => (typeof options[key] === 'number' ? options[key] : fallback)
  const { follow, checkpoint } = options
  return {
    ...(follow === true
      ? { follow: { pollInterval: number('follow.every', 500), settleTime: number('follow.settled', 5000) } }
      : {}),
    ...(typeof checkpoint === 'string'
      ? { checkpoint: { path: resolve(directory, checkpoint), every: number('checkpoint.every', 1000) } }
      : {}),
  }
}

export class FileDriver implements Driver {
  readonly ledger = new Ledger()
  readonly #paths: readonly string[]
  readonly #host: Host
  readonly #follow: FollowSettings | undefined
  readonly #progressTracker: ProgressTracker | undefined
  readonly #decoders = new DecoderCache()
  #files: readonly InputFile[] = []
  /** Total bytes of the files that have been read to their end. */
  #bytesDone = 0
  #filesDone = 0
  #blocks = 0
  #damagedBlocks = 0
  #skippedBytes = 0
  #reader: ContainerReader<Decoder> | undefined
  /** By file id: the end position of the last read of a file. */
  readonly #lastPositions = new Map<string, { readonly fingerprint: string; readonly offset: number }>()

  constructor(paths: readonly string[], host: Host, { follow, checkpoint }: FileDriverSettings = {}) {
    this.#paths = paths
    this.#host = host
    this.#follow = follow
    this.#progressTracker =
      checkpoint && new ProgressTracker(checkpoint.path, checkpoint.every, error => this.#reportFault(error, false))
  }

  async open(): Promise<void> {
    await this.#progressTracker?.open()
    // In follow mode, files may appear later.
    if (this.#follow && this.#paths.length > 0) return
    const { files, faults } = await findInputFiles(this.#paths)
    this.#files = files
    for (const fault of faults) this.#host.reportFault(fault, true)
  }

  async run(output: Sender<Batch>, stop: AbortSignal, abort: AbortSignal): Promise<void> {
    abort.addEventListener('abort', () => this.#progressTracker?.freeze(), { once: true })
    if (this.#follow) return this.#followAll(this.#follow, output, stop, abort)
    for (const file of this.#files) {
      if (stop.aborted) break
      await this.readTrace(file, output, stop, abort)
    }
  }

  async close(): Promise<void> {
    await this.#progressTracker?.close()
  }

  async partitions(): Promise<TracePartition[]> {
    const { files, faults } = await findInputFiles(this.#paths)
    for (const fault of faults) this.#host.reportFault(fault, true)
    return files.map((file, position) => ({ position, label: file.path, size: file.size, file }))
  }

  runPartition({ file }: TracePartition, output: Sender<Batch>, stop: AbortSignal, abort: AbortSignal): Promise<void> {
    return this.readTrace(file, output, stop, abort)
  }

  /**
   * Reads one file to its end, or to the end of the block at which `stop` fires. A file that cannot be read is reported as a
   * fault.
   */
  async readTrace(file: InputFile, output: Sender<Batch>, stop: AbortSignal, abort: AbortSignal): Promise<void> {
    await this.#readFrom(file, () => openInputFile(file), output, stop, abort)
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

  async #followAll(settings: FollowSettings, output: Sender<Batch>, stop: AbortSignal, abort: AbortSignal): Promise<void> {
    const followed = new FollowedFiles(this.#paths, settings, stop)
    try {
      await this.#readFollowed(followed, output, stop, abort)
    } finally {
      await followed.close()
    }
  }

  async #readFollowed(followed: FollowedFiles, output: Sender<Batch>, stop: AbortSignal, abort: AbortSignal): Promise<void> {
    for (let file = await followed.next(); file; file = await followed.next()) {
      const current = file
      let tail: FileTail | undefined
      const open = async (): Promise<InputFileReader> => {
        tail = await openTail(current, {
          wait: () => followed.wait(),
          isFinished: quietTime => followed.isFinished(current, quietTime),
          now: () => followed.now(),
        })
        return tail
      }
      const isRead = await this.#readFrom(current, open, output, stop, abort)
      // A file that could not be read is tried again when it has changed.
      const size = isRead && tail ? tail.reached : current.size
      followed.finish(current, size)
      this.#filesDone++
      this.#bytesDone += size
      for (const id of this.#lastPositions.keys()) if (!followed.ids.has(id)) this.#lastPositions.delete(id)
    }
  }

  /** Resolves to false if the file could not be read. */
  async #readFrom(
    file: InputFile,
    open: () => Promise<InputFileReader>,
    output: Sender<Batch>,
    stop: AbortSignal,
    abort: AbortSignal,
  ): Promise<boolean> {
    try {
      const source = await open()
      try {
        await this.#read(file, source, output, stop, abort)
      } finally {
        await source.close()
      }
      return true
    } catch (error) {
      if (error instanceof ReadingStopped) return true
      if (!(error instanceof Fault)) throw error
      this.#reportFault(error.where ? error : error.with({ where: file.path, cause: error }), error.level === 'error')
      return false
    }
  }

  async #read(
    file: InputFile,
    source: InputFileReader,
    output: Sender<Batch>,
    stop: AbortSignal,
    abort: AbortSignal,
  ): Promise<void> {
    const { knownOffset, fingerprint, tracker } = await this.#resumePosition(file, source)
    if (knownOffset > 0 && knownOffset === (await source.length())) return
    const faults = new FaultLimiter(fault => this.#host.reportFault(fault, true))
    const reader = new ContainerReader(
      source,
      text => this.#decoders.of(text),
      (fault, records) => {
        this.ledger.in += records
        this.ledger.drop('damaged block', records)
        faults.add(fault)
      },
      this.#host.disabledOptimizations,
    )
    this.#reader = reader
    let readTo = knownOffset
    try {
      for await (const { schema, bytes, count, offset, end, isLast } of reader.blocks()) {
        abort.throwIfAborted()
        const isAlreadySent = offset < knownOffset
        if (count > 0) {
          this.#blocks++
          this.ledger.in += count
          const acknowledgement = isAlreadySent ? undefined : tracker?.acknowledgement(end)
          const metadata = {
            ...(isLast ? { needsFlush: true } : {}),
            ...(isAlreadySent ? { isAlreadySent } : {}),
            ...(acknowledgement ? { acknowledgement } : {}),
          }
          await output.send(new SysFlowBlock(schema, bytes, count, `${file.path}, block at byte ${offset}`, reader, metadata))
          this.ledger.out += count
        }
        readTo = end
        if (stop.aborted) break
      }
    } finally {
      this.#reader = undefined
      this.#damagedBlocks += reader.damagedBlocks
      this.#skippedBytes += reader.skippedBytes
      if (this.#follow) this.#lastPositions.set(file.id, { fingerprint, offset: readTo })
      faults.finish(file.path)
    }
  }

  /** The offset up to which the file has already been sent, in this run or in an earlier one. */
  async #resumePosition(file: InputFile, source: InputFileReader): Promise<ResumePosition> {
    if (!this.#progressTracker && !this.#follow) return { knownOffset: 0, fingerprint: '' }
    const before = this.#lastPositions.get(file.id) ?? this.#progressTracker?.of(file.id)
    const isSame =
      before !== undefined && before.offset <= (await source.length()) && (await matchesFingerprint(source, before.fingerprint))
    const knownOffset = isSame ? before.offset : 0
    const fingerprint = await fileFingerprint(source)
    if (!this.#progressTracker) return { knownOffset, fingerprint }
    return { knownOffset, fingerprint, tracker: this.#progressTracker.begin(file, fingerprint, knownOffset) }
  }

  #reportFault(error: unknown, hasLostData: boolean): void {
    this.#host.reportFault(error instanceof Error ? error : new Error(String(error)), hasLostData)
  }
}

interface ResumePosition {
  readonly knownOffset: number
  readonly fingerprint: string
  readonly tracker?: AckTracker
}

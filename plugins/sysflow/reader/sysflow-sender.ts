// SPDX-License-Identifier: Apache-2.0

import type { Acknowledgement, Batch } from '../../../core/contract/batch.js'
import type { Host } from '../../../core/contract/host.js'
import type { Ledger } from '../../../core/contract/ledger.js'
import type { Sender } from '../../../core/contract/stage.js'
import { FaultLimiter } from '../../../core/errors/fault-limiter.js'
import { HEADER_BRANCH, HeaderVersionReader } from '../avro/header-version-reader.js'
import { sysflowFault } from '../errors.js'
import { type AcknowledgementOptions, acknowledgementOf } from './acknowledgement-options.js'
import { LATEST_LAYOUT, type LayoutDecoders, layoutForVersion, type MessageDecoders } from './schema-layouts.js'
import { SysFlowBlock } from './sysflow-block.js'

interface SenderDependencies {
  readonly ledger: Ledger
  readonly host: Host
  /** Bytes. */
  readonly maxMessageBytes: number
  readonly layouts: LayoutDecoders
}

/** A sender of messages, created by `SysFlowInput.sender`. */
export class SysFlowSender {
  readonly #name: string
  readonly #output: Sender<Batch>
  readonly #dependencies: SenderDependencies
  readonly #headerVersion = new HeaderVersionReader()
  readonly #oversized: FaultLimiter
  readonly #unknownVersions: FaultLimiter
  #decoders: MessageDecoders

  constructor(name: string, output: Sender<Batch>, dependencies: SenderDependencies) {
    this.#name = name
    this.#output = output
    this.#dependencies = dependencies
    this.#decoders = dependencies.layouts.of(LATEST_LAYOUT)
    this.#oversized = new FaultLimiter(fault => dependencies.host.reportFault(fault, true))
    this.#unknownVersions = new FaultLimiter(fault => dependencies.host.reportFault(fault, false))
  }

  /** Sends messages in order; their bytes are copied. `moreFollow`: more messages follow at once, so these need no flush. */
  async send(
    messages: readonly Uint8Array[],
    { moreFollow = false, ...options }: AcknowledgementOptions & { readonly moreFollow?: boolean } = {},
  ): Promise<void> {
    const acknowledgement = acknowledgementOf(options)
    let batch: Uint8Array[] = []
    let batchBytes = 0
    for (const message of messages) {
      if (message.length > this.#dependencies.maxMessageBytes) {
        this.#dropOversized(message.length)
        continue
      }
      const isFull = batch.length >= MAX_BATCH_MESSAGES || batchBytes + message.length > MAX_BATCH_BYTES
      if (batch.length > 0 && (isFull || message[0] === HEADER_BRANCH)) {
        await this.#sendBatch(batch, acknowledgement, false)
        batch = []
        batchBytes = 0
      }
      batch.push(message)
      batchBytes += message.length
    }
    if (batch.length > 0) await this.#sendBatch(batch, acknowledgement, !moreFollow)
    acknowledgement.release()
  }

  /** Reports the number of faults that were not reported individually. */
  close(): void {
    this.#oversized.finish(this.#name)
    this.#unknownVersions.finish(this.#name)
  }

  async #sendBatch(messages: readonly Uint8Array[], acknowledgement: Acknowledgement, needsFlush: boolean): Promise<void> {
    const { ledger } = this.#dependencies
    const bytes = Buffer.concat(messages)
    this.#updateLayout(bytes)
    let end = 0
    const ends = Uint32Array.from(messages, ({ length }) => {
      end += length
      return end
    })
    const { decoder, fallbackDecoder } = this.#decoders
    acknowledgement.retain()
    const metadata = { needsFlush, ends, acknowledgement, ...(fallbackDecoder && { fallbackDecoder }) }
    ledger.in += messages.length
    await this.#output.send(new SysFlowBlock(decoder, bytes, messages.length, this.#name, this, metadata))
    ledger.out += messages.length
  }

  /** A header sets the layout of the messages after it. */
  #updateLayout(messages: Buffer): void {
    const version = this.#headerVersion.read(messages)
    if (version === undefined) return
    const layout = layoutForVersion(version)
    this.#decoders = this.#dependencies.layouts.of(layout ?? LATEST_LAYOUT)
    if (layout !== undefined) return
    this.#unknownVersions.add(sysflowFault('SFP_SYSFLOW_VERSION', { version }, { where: this.#name, level: 'warning' }))
  }

  #dropOversized(bytes: number): void {
    const { ledger, maxMessageBytes } = this.#dependencies
    ledger.in++
    ledger.drop('message too long')
    this.#oversized.add(sysflowFault('SFP_SYSFLOW_OVERSIZED', { bytes, most: maxMessageBytes }, { where: this.#name }))
  }
}

/** Limits of one batch. */
const MAX_BATCH_MESSAGES = 4096
const MAX_BATCH_BYTES = 1024 * 1024

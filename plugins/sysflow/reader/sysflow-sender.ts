// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../core/contract/batch.js'
import type { Sender } from '../../../core/contract/channel.js'
import type { Ledger } from '../../../core/contract/ledger.js'
import type { Receipt } from '../../../core/contract/receipt.js'
import type { Host } from '../../../core/contract/stage.js'
import { Fault } from '../../../core/errors/fault.js'
import { type Acknowledging, receiptOf } from './acknowledging.js'
import { SysFlowBlock } from './block.js'
import { FewFaults } from '../../../core/errors/fault-limiter.js'
import { HEADER_BRANCH, HeaderVersion } from '../avro/header-version.js'
import { type Layouts, layoutOf, type MessageDecoders, NEWEST } from '../avro/schema-versions.js'

interface Surroundings {
  readonly ledger: Ledger
  readonly host: Host
  /** Bytes. */
  readonly longest: number
  readonly layouts: Layouts
}

/** Whoever sends messages to a driver; made by `SysFlowInput.sender`. */
export class SysFlowSender {
  readonly #name: string
  readonly #output: Sender<Batch>
  readonly #around: Surroundings
  readonly #version = new HeaderVersion()
  readonly #oversized: FewFaults
  readonly #unknownVersions: FewFaults
  #decoders: MessageDecoders

  constructor(name: string, output: Sender<Batch>, around: Surroundings) {
    this.#name = name
    this.#output = output
    this.#around = around
    this.#decoders = around.layouts.of(NEWEST)
    this.#oversized = new FewFaults(fault => around.host.fault(fault, true))
    this.#unknownVersions = new FewFaults(fault => around.host.fault(fault, false))
  }

  /**
   * Passes messages on, in their order; their bytes are copied. `moreFollow`: others come at once, so that these need not be
   * passed on by themselves.
   */
  async send(
    messages: readonly Uint8Array[],
    { moreFollow = false, ...told }: Acknowledging & { readonly moreFollow?: boolean } = {},
  ): Promise<void> {
    const receipt = receiptOf(told)
    let group: Uint8Array[] = []
    let weight = 0
    for (const message of messages) {
      if (message.length > this.#around.longest) {
        this.#refuse(message.length)
        continue
      }
      const isFull = group.length >= MOST_MESSAGES || weight + message.length > MOST_BYTES
      if (group.length > 0 && (isFull || message[0] === HEADER_BRANCH)) {
        await this.#pass(group, receipt, false)
        group = []
        weight = 0
      }
      group.push(message)
      weight += message.length
    }
    if (group.length > 0) await this.#pass(group, receipt, !moreFollow)
    receipt.release()
  }

  /** Says how many faults were not told one by one. */
  close(): void {
    this.#oversized.finish(this.#name)
    this.#unknownVersions.finish(this.#name)
  }

  async #pass(messages: readonly Uint8Array[], receipt: Receipt, isLive: boolean): Promise<void> {
    const { ledger } = this.#around
    const bytes = Buffer.concat(messages)
    this.#heed(bytes)
    let end = 0
    const ends = Uint32Array.from(messages, ({ length }) => {
      end += length
      return end
    })
    const { decoder, olderDecoder } = this.#decoders
    receipt.retain()
    const facts = { isLive, ends, receipt, ...(olderDecoder && { olderDecoder }) }
    ledger.taken += messages.length
    await this.#output.send(new SysFlowBlock(decoder, bytes, messages.length, this.#name, this, facts))
    ledger.passed += messages.length
  }

  /** A header tells how what follows is written. */
  #heed(messages: Buffer): void {
    const version = this.#version.of(messages)
    if (version === undefined) return
    const layout = layoutOf(version)
    this.#decoders = this.#around.layouts.of(layout ?? NEWEST)
    if (layout !== undefined) return
    this.#unknownVersions.add(new Fault('SFP_SYSFLOW_VERSION', { version }, { where: this.#name, level: 'warning' }))
  }

  #refuse(bytes: number): void {
    const { ledger, longest } = this.#around
    ledger.taken++
    ledger.drop('message too long')
    this.#oversized.add(new Fault('SFP_SYSFLOW_OVERSIZED', { bytes, most: longest }, { where: this.#name }))
  }
}

/** Of one batch. */
const MOST_MESSAGES = 4096
const MOST_BYTES = 1024 * 1024

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../core/contract/batch.js'
import type { Sender } from '../../../core/contract/channel.js'
import type { Ledger } from '../../../core/contract/ledger.js'
import type { Receipt } from '../../../core/contract/receipt.js'
import type { Host } from '../../../core/contract/stage.js'
import { Fault } from '../../../core/errors/fault.js'
import { type Acknowledging, receiptOf } from './acknowledging.js'
import { SysFlowBlock } from './block.js'
import { bytesAsSource } from '../../../core/input/byte-source.js'
import { type ContainerBlock, ContainerReader } from '../avro/container.js'
import { type Decoder, Decoders } from '../avro/decoder.js'
import { FewFaults } from '../../../core/errors/fault-limiter.js'
import { Pieces, Stopped } from '../avro/pieces.js'
import { Layouts } from '../avro/schema-versions.js'
import { SysFlowSender } from './sysflow-sender.js'

/**
 * SysFlow records from wherever a driver has them: encoded bytes in, batches for a `sysflowchan` out. It keeps the driver's
 * books, tells damage as the built-in drivers do, and waits when whatever follows is slower.
 */
export class SysFlowInput {
  readonly #output: Sender<Batch>
  readonly #ledger: Ledger
  readonly #host: Host
  readonly #longest: number
  readonly #decoders = new Decoders()
  readonly #layouts = new Layouts()
  /** What `send` rejected with: no fault of a trace. */
  #refusal: unknown

  /** `longest`: bytes of the longest message; longer ones are dropped and counted. */
  constructor(
    output: Sender<Batch>,
    { ledger, host, longest = 1024 * 1024 }: { readonly ledger: Ledger; readonly host: Host; readonly longest?: number },
  ) {
    this.#output = output
    this.#ledger = ledger
    this.#host = host
    this.#longest = longest
  }

  /**
   * One trace: an Avro object container, in memory or piece by piece as it comes; pieces are not kept. Its entities are its own.
   * Resolves when its last block has been sent, or soon after `stop` fires, with whether it was read to its end. What is no
   * trace, or is damaged, is told as a fault; what `bytes` throws is thrown on. `name` is told with faults: a path, an address.
   */
  async trace(
    name: string,
    bytes: Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    { stop, ...told }: Acknowledging & { readonly stop: AbortSignal },
  ): Promise<boolean> {
    const faults = new FewFaults(fault => this.#host.fault(fault, true))
    const pieces = bytes instanceof Uint8Array ? undefined : new Pieces(name, bytes, stop)
    const source = pieces ?? bytesAsSource(name, bytes as Uint8Array)
    const receipt = receiptOf(told)
    try {
      const isWhole = await this.#read(
        new ContainerReader(
          source,
          text => this.#decoders.of(text),
          (fault, records) => {
            this.#ledger.taken += records
            this.#ledger.drop('damaged block', records)
            faults.add(fault)
          },
          this.#host.without,
        ),
        name,
        receipt,
        stop,
      )
      if (isWhole) receipt.release()
      return isWhole
    } catch (error) {
      if (error instanceof Stopped) return false
      if (!(error instanceof Fault) || error === this.#refusal) throw error
      const { code, details, level } = error
      faults.add(error.where ? error : new Fault(code, details, { where: name, cause: error, level }))
      // Nothing more can be made of it, however often it is read.
      receipt.release()
      return true
    } finally {
      pieces?.close()
      faults.finish(name)
    }
  }

  /**
   * Somebody who sends messages, one encoded record each without container or schema, as collectors do over a socket. Entities
   * that it has told of are known until its next header, which also says in which version of the format it writes.
   */
  sender(name: string): SysFlowSender {
    return new SysFlowSender(name, this.#output, {
      ledger: this.#ledger,
      host: this.#host,
      longest: this.#longest,
      layouts: this.#layouts,
    })
  }

  /** False if `stop` has fired before its end. */
  async #read(reader: TraceReader, name: string, receipt: Receipt, stop: AbortSignal): Promise<boolean> {
    // Whether a block is the last one shows only when the next one does not come, and nothing may follow for a while then.
    let held: TraceBlock | undefined
    const pass = async (isLive: boolean): Promise<void> => {
      const block = held
      held = undefined
      if (block && block.count > 0) await this.#pass(block, reader, name, receipt, isLive)
    }
    try {
      for await (const block of reader.blocks()) {
        await pass(false)
        held = block
        if (block.isLast) await pass(true)
        if (stop.aborted) return false
      }
      return true
    } finally {
      await pass(true)
    }
  }

  async #pass(
    { schema, bytes, count, offset }: TraceBlock,
    trace: TraceReader,
    name: string,
    receipt: Receipt,
    isLive: boolean,
  ): Promise<void> {
    this.#ledger.taken += count
    receipt.retain()
    const origin = `${name}, block at byte ${offset}`
    try {
      await this.#output.send(new SysFlowBlock(schema, bytes, count, origin, trace, { receipt, isLive }))
    } catch (error) {
      this.#refusal = error
      throw error
    }
    this.#ledger.passed += count
  }
}

type TraceReader = ContainerReader<Decoder>
type TraceBlock = ContainerBlock<Decoder>

// SPDX-License-Identifier: Apache-2.0

import type { Acknowledgement, Batch } from '../../../core/contract/batch.js'
import type { Host } from '../../../core/contract/host.js'
import type { Ledger } from '../../../core/contract/ledger.js'
import type { Sender } from '../../../core/contract/stage.js'
import { Fault } from '../../../core/errors/fault.js'
import { FaultLimiter } from '../../../core/errors/fault-limiter.js'
import { inMemoryReader } from '../../../core/input/byte-reader.js'
import { ContainerReader, type DecompressedBlock } from '../avro/container-reader.js'
import { StreamReader, StreamStopped } from '../avro/stream-reader.js'
import { type AcknowledgementOptions, acknowledgementOf } from './acknowledgement-options.js'
import { type Decoder, DecoderCache } from './decoder.js'
import { LayoutDecoders } from './schema-layouts.js'
import { SysFlowBlock } from './sysflow-block.js'
import { SysFlowSender } from './sysflow-sender.js'

/**
 * Converts SysFlow input of a driver: encoded bytes in, batches for a `sysflowchan` out. It updates the driver's ledger,
 * reports damage as the built-in drivers do, and waits when the following stages are slower.
 */
export class SysFlowInput {
  readonly #output: Sender<Batch>
  readonly #ledger: Ledger
  readonly #host: Host
  readonly #maxMessageBytes: number
  readonly #decoders = new DecoderCache()
  readonly #layouts = new LayoutDecoders()
  /** The error with which `send` rejected; it is not a fault of the trace. */
  #sendError: unknown

  /** `maxMessageBytes`: maximum length of a message in bytes; longer messages are dropped and counted. */
  constructor(
    output: Sender<Batch>,
    {
      ledger,
      host,
      maxMessageBytes = 1024 * 1024,
    }: { readonly ledger: Ledger; readonly host: Host; readonly maxMessageBytes?: number },
  ) {
    this.#output = output
    this.#ledger = ledger
    this.#host = host
    this.#maxMessageBytes = maxMessageBytes
  }

  /**
   * Reads one trace: an Avro object container, in memory or in pieces as they arrive; pieces are not retained. The trace has
   * its own entities. Resolves when its last block has been sent, or soon after `stop` fires; the result is whether it was read
   * to its end. Invalid or damaged input is reported as a fault; an error that `bytes` throws is rethrown. `name` appears in
   * faults: a path, an address.
   */
  async trace(
    name: string,
    bytes: Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    { stop, ...options }: AcknowledgementOptions & { readonly stop: AbortSignal },
  ): Promise<boolean> {
    const faults = new FaultLimiter(fault => this.#host.reportFault(fault, true))
    const stream = bytes instanceof Uint8Array ? undefined : new StreamReader(name, bytes, stop)
    const source = stream ?? inMemoryReader(name, bytes as Uint8Array)
    const acknowledgement = acknowledgementOf(options)
    try {
      const isComplete = await this.#read(
        new ContainerReader(
          source,
          text => this.#decoders.of(text),
          (fault, records) => {
            this.#ledger.in += records
            this.#ledger.drop('damaged block', records)
            faults.add(fault)
          },
          this.#host.disabledOptimizations,
        ),
        name,
        acknowledgement,
        stop,
      )
      if (isComplete) acknowledgement.release()
      return isComplete
    } catch (error) {
      if (error instanceof StreamStopped) return false
      if (!(error instanceof Fault) || error === this.#sendError) throw error
      faults.add(error.where ? error : error.with({ where: name, cause: error }))
      // Reading the input again would give the same error.
      acknowledgement.release()
      return true
    } finally {
      stream?.close()
      faults.finish(name)
    }
  }

  /**
   * Creates a sender of messages: one encoded record each, without container or schema, as collectors send them over a socket.
   * Its entities remain known until its next header, which also names the version of the format that the sender writes.
   */
  sender(name: string): SysFlowSender {
    return new SysFlowSender(name, this.#output, {
      ledger: this.#ledger,
      host: this.#host,
      maxMessageBytes: this.#maxMessageBytes,
      layouts: this.#layouts,
    })
  }

  /** Resolves to false if `stop` fired before the end of the trace. */
  async #read(reader: TraceReader, name: string, acknowledgement: Acknowledgement, stop: AbortSignal): Promise<boolean> {
    // The last block is recognized only when no further one arrives. No block may follow it for a while, so it needs a flush.
    let pending: TraceBlock | undefined
    const sendPending = async (needsFlush: boolean): Promise<void> => {
      const block = pending
      pending = undefined
      if (block && block.count > 0) await this.#send(block, reader, name, acknowledgement, needsFlush)
    }
    try {
      for await (const block of reader.blocks()) {
        await sendPending(false)
        pending = block
        if (block.isLast) await sendPending(true)
        if (stop.aborted) return false
      }
      return true
    } finally {
      await sendPending(true)
    }
  }

  async #send(
    { schema, bytes, count, offset }: TraceBlock,
    trace: TraceReader,
    name: string,
    acknowledgement: Acknowledgement,
    needsFlush: boolean,
  ): Promise<void> {
    this.#ledger.in += count
    acknowledgement.retain()
    const origin = `${name}, block at byte ${offset}`
    try {
      await this.#output.send(new SysFlowBlock(schema, bytes, count, origin, trace, { acknowledgement, needsFlush }))
    } catch (error) {
      this.#sendError = error
      throw error
    }
    this.#ledger.out += count
  }
}

type TraceReader = ContainerReader<Decoder>
type TraceBlock = DecompressedBlock<Decoder>

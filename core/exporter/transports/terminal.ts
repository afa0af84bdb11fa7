// SPDX-License-Identifier: Apache-2.0
import type { Writable } from 'node:stream'
import type { Chunk, Transport } from '../../contract/exporter.js'
import type { TransportPlugin } from '../../contract/plugin.js'
import { Fault } from '../../errors/fault.js'
import { codeOf, reasonOf } from '../../errors/reason.js'

/**
 * Writes one line per record to standard output, which it never closes. A slow reader causes backpressure: the next chunk waits
 * until the stream has accepted the one before it.
 */
export class TerminalTransport implements Transport {
  readonly name = 'terminal'
  readonly #stream: Writable
  /** Without a listener an error on the stream would end the process. */
  readonly #ignoreError = (): void => {}

  constructor(stream: Writable) {
    this.#stream = stream
  }

  async open(): Promise<void> {
    this.#stream.on('error', this.#ignoreError)
  }

  send(chunk: Chunk): Promise<undefined> {
    return new Promise((resolve, reject) => {
      this.#stream.write(chunk.bytes, error => (error ? reject(faultOf(error)) : resolve(undefined)))
    })
  }

  /** The listener stays: the stream may report a closed reader long after the last chunk. */
  async close(): Promise<void> {}
}

function faultOf(error: Error): Fault {
  if (CLOSED_STREAM_CODES.has(codeOf(error))) return new Fault('SFP_EXPORT_CLOSED', {}, { cause: error })
  return new Fault('SFP_EXPORT_TERMINAL', { reason: reasonOf(error) }, { cause: error })
}

const CLOSED_STREAM_CODES = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'])

export const terminalTransport: TransportPlugin = {
  kind: 'transport',
  name: 'terminal',
  contract: 2,
  summary: 'writes to standard output: one line per record, or human-readable text',
  isHumanReadable: true,
  options: { type: 'object', additionalProperties: false, properties: {} },
  create: (_options, { stdout }) => new TerminalTransport(stdout),
}

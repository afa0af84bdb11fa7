// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../../../core/contract/batch.js'
import type { Host } from '../../../../core/contract/host.js'
import { Ledger } from '../../../../core/contract/ledger.js'
import type { DriverPlugin, Options } from '../../../../core/contract/plugin.js'
import type { Driver, Sender as Output } from '../../../../core/contract/stage.js'
import type { Fault } from '../../../../core/errors/fault.js'
import { FaultLimiter } from '../../../../core/errors/fault-limiter.js'
import { sysflowFault } from '../../errors.js'
import { SysFlowBlock } from '../../reader/sysflow-block.js'
import type { AcquiredPage } from './page-ring.js'
import { CLOSED, ENDED, MESSAGES, OPENED, OVERSIZED } from './ring-entry.js'
import type { ConnectedSender, SenderRegistry, SenderState } from './sender-registry.js'
import type { SocketFile } from './socket-path.js'
import type { SocketWorkerHandle } from './socket-worker-handle.js'

const VERSIONS = ['auto', '1', '2', '3', '4', '5'] as const

export const socketDriver: DriverPlugin = {
  kind: 'driver',
  name: 'socket',
  contract: 2,
  summary: 'listens on a Unix socket (SOCK_SEQPACKET) for collectors: one message, one SysFlow record',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      mode: {
        type: 'string',
        description: 'Permissions of the socket file in octal digits, independent of the umask.',
        default: '0660',
      },
      owner: { type: 'string', description: 'Owner of the socket file: a name or a number.' },
      group: { type: 'string', description: 'Group of the socket file: a name or a number.' },
      'message.max': {
        type: 'integer',
        minimum: 1024,
        maximum: 16 * 1024 * 1024,
        description: 'Maximum message size in bytes. Longer messages are dropped and counted.',
        default: 1024 * 1024,
      },
      backlog: {
        type: 'integer',
        minimum: 1,
        maximum: 4096,
        description: 'Maximum number of pending connections.',
        default: 16,
      },
      'schema.version': {
        type: 'string',
        enum: VERSIONS,
        description: 'Format version of the messages. auto: from the header of each sender.',
        default: 'auto',
      },
    },
    examples: [{ driver: 'socket', path: '/run/sysflow/sysflow.sock', group: 'sysflow', out: 'sysflow sysflowchan' }],
  },
  offers: ['sysflowchan'],
  create: (options, paths, host) => new SocketDriver(options, paths, host),
}

/**
 * Reads records from connected collectors. A separate thread receives the messages; the main thread turns them into blocks
 * without another copy. When no page is free because the following stages are slower than the senders, that thread stops
 * reading and the senders wait.
 */
export class SocketDriver implements Driver {
  readonly ledger = new Ledger()
  readonly #file: SocketFile
  readonly #maxMessageBytes: number
  readonly #version: string
  readonly #host: Host
  readonly #oversized: FaultLimiter
  readonly #unknownVersions: FaultLimiter
  #worker: SocketWorkerHandle | undefined
  #senders: SenderRegistry | undefined
  #accepted = 0
  #blocks = 0
  #bytes = 0

  constructor(options: Options, paths: readonly string[], host: Host) {
    const [path, ...others] = paths
    if (path === undefined || others.length > 0) throw sysflowFault('SFP_SOCKET_PATHS', { count: paths.length })
    this.#file = {
      path,
      mode: modeOf(String(options.mode)),
      owner: textOf(options.owner),
      group: textOf(options.group),
      backlog: Number(options.backlog),
    }
    this.#maxMessageBytes = Number(options['message.max'])
    this.#version = String(options['schema.version'])
    this.#host = host
    this.#oversized = new FaultLimiter(fault => host.reportFault(fault, true))
    this.#unknownVersions = new FaultLimiter(fault => host.reportFault(fault, false))
  }

  /** Resolves when the socket exists. */
  async open(): Promise<void> {
    const [{ SocketWorkerHandle }, { SenderRegistry }, { LayoutDecoders, layoutForVersion, LATEST_LAYOUT }] = await Promise.all([
      import('./socket-worker-handle.js'),
      import('./sender-registry.js'),
      import('../../reader/schema-layouts.js'),
    ])
    this.#senders = new SenderRegistry(new LayoutDecoders(), layoutForVersion(Number(this.#version)) ?? LATEST_LAYOUT)
    this.#worker = await SocketWorkerHandle.start(this.#file, this.#maxMessageBytes, reason => {
      this.#host.reportFault(sysflowFault('SFP_SOCKET_ACCEPT', { reason }, { where: this.#file.path, level: 'warning' }), false)
    })
    this.#host.log.info(`listening on ${this.#file.path}`)
  }

  async run(output: Output<Batch>, stop: AbortSignal, abort: AbortSignal): Promise<void> {
    const worker = this.#worker
    if (!worker) throw new Error('the socket driver was not opened')
    const stopWorker = (): void => worker.stop()
    const abortWorker = (): void => worker.abort(abort.reason)
    stop.addEventListener('abort', stopWorker, { once: true })
    abort.addEventListener('abort', abortWorker, { once: true })
    if (stop.aborted) stopWorker()
    if (abort.aborted) abortWorker()
    try {
      for (let page = await worker.next(); page; page = await worker.next()) await this.#processPage(page, worker, output)
    } finally {
      stop.removeEventListener('abort', stopWorker)
      abort.removeEventListener('abort', abortWorker)
      await worker.close()
      this.#oversized.finish(this.#file.path)
      this.#unknownVersions.finish(this.#file.path)
    }
  }

  /** Runs before `open`, for example when the pipeline is only validated: checks that the platform supports these sockets. */
  async check(): Promise<string | undefined> {
    if (!this.#worker) await (await import('./native-sockets.js')).loadNativeSockets()
    return undefined
  }

  report(): Readonly<Record<string, unknown>> {
    const connected = this.#senders?.connected ?? 0
    return { connections: this.#accepted, connected, blocks: this.#blocks, bytes: this.#bytes }
  }

  async #processPage(page: AcquiredPage, worker: SocketWorkerHandle, output: Output<Batch>): Promise<void> {
    const senders = this.#senders as SenderRegistry
    let remaining = page.messages
    for (const entry of page.entries()) {
      const { kind, connection, count, bytes } = entry
      switch (kind) {
        case OPENED:
          senders.open(connection)
          this.#accepted++
          this.#host.log.health(`${this.#nameOf(connection)} accepted`)
          break
        case MESSAGES: {
          const sender = senders.of(connection)
          if (sender.messages === 0) this.#host.log.health(`first record from ${this.#nameOf(connection)}`)
          sender.messages += count
          remaining -= count
          const messages = page.bytesOf(entry)
          this.#updateLayout(messages, sender, connection)
          const needsFlush = remaining === 0 && !worker.hasMessages
          const block = new PageBlock(page, messages, page.endsOf(entry), this.#nameOf(connection), sender.state, needsFlush)
          this.#blocks++
          this.#bytes += bytes
          this.ledger.in += count
          await output.send(block)
          this.ledger.out += count
          break
        }
        case OVERSIZED:
          this.ledger.in += count
          this.ledger.drop('message too long', count)
          for (let message = 0; message < count; message++) this.#oversized.add(this.#oversizedFault(bytes, connection))
          break
        case CLOSED: {
          const { messages } = senders.close(connection)
          this.#host.log.info(`${this.#nameOf(connection)} closed after ${messages} messages`)
          break
        }
        case ENDED:
          worker.markEnded()
          break
        default:
          throw new Error(`a page holds an entry of kind ${kind}`)
      }
    }
    page.release()
  }

  /** A header sets the layout of the messages after it. */
  #updateLayout(messages: Buffer, sender: ConnectedSender, connection: number): void {
    if (this.#version !== 'auto') return
    const version = (this.#senders as SenderRegistry).updateLayout(messages, sender)
    if (version === undefined) return
    const at = { where: this.#nameOf(connection), level: 'warning' } as const
    this.#unknownVersions.add(sysflowFault('SFP_SOCKET_VERSION', { version }, at))
  }

  #oversizedFault(bytes: number, connection: number): Fault {
    return sysflowFault('SFP_SOCKET_OVERSIZED', { bytes, most: this.#maxMessageBytes }, { where: this.#nameOf(connection) })
  }

  #nameOf(connection: number): string {
    return `connection ${connection} of ${this.#file.path}`
  }
}

/** Messages of one connection, in place in a page. The page is returned when they have been read. */
class PageBlock extends SysFlowBlock {
  readonly #page: AcquiredPage

  constructor(page: AcquiredPage, bytes: Buffer, ends: Uint32Array, origin: string, state: SenderState, needsFlush: boolean) {
    const { decoder, fallbackDecoder } = state.decoders
    super(decoder, bytes, ends.length, origin, state, { needsFlush, ends, ...(fallbackDecoder && { fallbackDecoder }) })
    this.#page = page
    page.retain()
  }

  protected override recycle(): void {
    super.recycle()
    this.#page.release()
  }
}

function modeOf(text: string): number {
  if (!/^0?[0-7]{3}$/.test(text)) throw sysflowFault('SFP_SOCKET_MODE', { mode: text })
  return Number.parseInt(text, 8)
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

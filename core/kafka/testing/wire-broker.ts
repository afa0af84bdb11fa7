// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { readProducedMessages } from './record-batch.js'
import { compactArray, compactString, int16, int32, int64, TAGS, WireReader } from './wire-format.js'

export interface ReceivedMessage {
  readonly topic: string
  readonly partition: number
  readonly key: string | undefined
  readonly value: string
  readonly headers: ReadonlyMap<string, string>
}

/**
 * A broker of one node that speaks the part of Kafka's protocol that producers need: ApiVersions 3, Metadata 9 and Produce 9
 * (https://kafka.apache.org/protocol). Every topic exists. Messages are kept in memory. Unlike `KafkaBroker` it needs no Java.
 */
export class WireBroker {
  readonly messages: ReceivedMessage[] = []
  /** Requests that it does not understand. It closes their connections. */
  readonly errors: Error[] = []
  readonly #partitions: number
  readonly #sockets = new Set<Socket>()
  readonly #server: Server = createServer(socket => this.#serve(socket))

  constructor(partitions = 4) {
    this.#partitions = partitions
  }

  /** Its address: HOST:PORT. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `127.0.0.1:${this.#port}`
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  #serve(socket: Socket): void {
    let unread = Buffer.alloc(0)
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', (data: Buffer) => {
      unread = Buffer.concat([unread, data])
      try {
        for (let end = endOfRequest(unread); end !== undefined; end = endOfRequest(unread)) {
          const response = this.#respond(new WireReader(unread.subarray(4, end)))
          unread = unread.subarray(end)
          if (response) socket.write(Buffer.concat([int32(response.length), response]))
        }
      } catch (error) {
        this.errors.push(error as Error)
        socket.destroy()
      }
    })
  }

  /** Undefined for a request that wants no response. */
  #respond(request: WireReader): Buffer | undefined {
    const [api, version, correlation] = [request.int16(), request.int16(), request.int32()]
    request.nullableString()
    request.tags()
    const header = int32(correlation)
    switch (`${api} ${version}`) {
      case '18 3':
        // The header of this response has no tags, so that clients of any version can read it.
        return Buffer.concat([header, apiVersions()])
      case '3 9':
        return Buffer.concat([header, TAGS, this.#metadata(request)])
      case '0 9': {
        const response = this.#produce(request)
        return response && Buffer.concat([header, TAGS, response])
      }
      default:
        throw new Error(`no version ${version} of API ${api}`)
    }
  }

  #metadata(request: WireReader): Buffer {
    const topics = request.compactArray(() => {
      const name = request.compactString()
      request.tags()
      return name
    })
    const nodes = compactArray([int32(NODE)])
    const partitions = Array.from({ length: this.#partitions }, (_, partition) =>
      Buffer.concat([NO_ERROR, int32(partition), int32(NODE), int32(0), nodes, nodes, compactArray([]), TAGS]),
    )
    const NOT_INTERNAL = Buffer.of(0)
    return Buffer.concat([
      NO_THROTTLE,
      compactArray([Buffer.concat([int32(NODE), compactString('127.0.0.1'), int32(this.#port), compactString(undefined), TAGS])]),
      compactString('wire'),
      int32(NODE),
      compactArray(
        topics.map(name =>
          Buffer.concat([NO_ERROR, compactString(name), NOT_INTERNAL, compactArray(partitions), NO_OPERATIONS, TAGS]),
        ),
      ),
      NO_OPERATIONS,
      TAGS,
    ])
  }

  #produce(request: WireReader): Buffer | undefined {
    request.compactNullableString()
    const acks = request.int16()
    request.int32()
    const topics = request.compactArray(() => {
      const topic = request.compactString()
      const partitions = request.compactArray(() => {
        const partition = request.int32()
        const messages = readProducedMessages(request.compactBytes())
        request.tags()
        const offset = this.#count(topic, partition)
        for (const message of messages) this.messages.push({ topic, partition, ...message })
        const noTime = int64(-1n)
        return Buffer.concat([
          ...[int32(partition), NO_ERROR, int64(offset), noTime, int64(0n)],
          ...[compactArray([]), compactString(undefined), TAGS],
        ])
      })
      request.tags()
      return Buffer.concat([compactString(topic), compactArray(partitions), TAGS])
    })
    return acks === 0 ? undefined : Buffer.concat([compactArray(topics), NO_THROTTLE, TAGS])
  }

  #count(topic: string, partition: number): bigint {
    return BigInt(this.messages.filter(message => message.topic === topic && message.partition === partition).length)
  }
}

const endOfRequest = (unread: Buffer): number | undefined => {
  const end = unread.length < 4 ? Number.POSITIVE_INFINITY : 4 + unread.readInt32BE(0)
  return end <= unread.length ? end : undefined
}

function apiVersions(): Buffer {
  const versions = [
    [0, 9],
    [3, 9],
    [18, 3],
  ] as const
  const keys = versions.map(([api, version]) => Buffer.concat([int16(api), int16(version), int16(version), TAGS]))
  return Buffer.concat([NO_ERROR, compactArray(keys), NO_THROTTLE, TAGS])
}

const NODE = 1
const NO_ERROR = int16(0)
const NO_THROTTLE = int32(0)
/** The permissions of the client are not reported. */
const NO_OPERATIONS = int32(-2_147_483_648)

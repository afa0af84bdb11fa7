// SPDX-License-Identifier: Apache-2.0
import { HeaderVersionReader } from '../../avro/header-version-reader.js'
import { type LayoutDecoders, layoutForVersion, type MessageDecoders, type SchemaLayout } from '../../reader/schema-layouts.js'

/**
 * State of one sender, retained across connections. The object also identifies the sender's entities, which a reader retains
 * until the next header. A collector that reconnects gets the state of the sender that disconnected last, so entities that the
 * collector does not repeat remain known.
 */
export interface SenderState {
  decoders: MessageDecoders
}

/** A connected sender. */
export interface ConnectedSender {
  readonly state: SenderState
  messages: number
}

/** The connected senders by connection number, and the states of disconnected senders. */
export class SenderRegistry {
  readonly #layouts: LayoutDecoders
  readonly #defaultLayout: SchemaLayout
  readonly #connected = new Map<number, ConnectedSender>()
  /** States of disconnected senders, in the order of disconnection. */
  readonly #idleStates: SenderState[] = []
  readonly #headerVersion = new HeaderVersionReader()

  /** `defaultLayout`: layout of messages before the first header. */
  constructor(layouts: LayoutDecoders, defaultLayout: SchemaLayout) {
    this.#layouts = layouts
    this.#defaultLayout = defaultLayout
  }

  get connected(): number {
    return this.#connected.size
  }

  open(connection: number): void {
    const state = this.#idleStates.pop() ?? { decoders: this.#layouts.of(this.#defaultLayout) }
    this.#connected.set(connection, { state, messages: 0 })
  }

  of(connection: number): ConnectedSender {
    const sender = this.#connected.get(connection)
    if (!sender) throw new Error(`connection ${connection} has not been opened`)
    return sender
  }

  close(connection: number): ConnectedSender {
    const sender = this.of(connection)
    this.#connected.delete(connection)
    this.#idleStates.push(sender.state)
    return sender
  }

  /**
   * If `messages` begin with a header, the following messages have the layout that it names. Returns the version if it is
   * unknown.
   */
  updateLayout(messages: Buffer, { state }: ConnectedSender): number | undefined {
    const version = this.#headerVersion.read(messages)
    if (version === undefined) return undefined
    const layout = layoutForVersion(version)
    state.decoders = this.#layouts.of(layout ?? this.#defaultLayout)
    return layout === undefined ? version : undefined
  }
}

// SPDX-License-Identifier: Apache-2.0
import { HeaderVersionReader } from '../../avro/header-version-reader.js'
import { type LayoutDecoders, layoutForVersion, type MessageDecoders, type SchemaLayout } from '../../reader/schema-layouts.js'

/**
 * The place of one sender, kept from one connection to the next: it stands for the sender's entities, which a reader knows
 * until the next header comes. A collector that comes back takes the seat of the one that left last, so that what it does not
 * repeat is still known.
 */
export interface SenderState {
  decoders: MessageDecoders
}

/** A sender that is connected. */
export interface ConnectedSender {
  readonly state: SenderState
  messages: number
}

/** Who is connected, by number, and the seats of those who were. */
export class SenderRegistry {
  readonly #layouts: LayoutDecoders
  readonly #defaultLayout: SchemaLayout
  readonly #connected = new Map<number, ConnectedSender>()
  /** Left by their senders, the last one last. */
  readonly #idleStates: SenderState[] = []
  readonly #headerVersion = new HeaderVersionReader()

  /** `first`: how messages are laid out before a header has said otherwise. */
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

  /** If `messages` begin with a header: what follows is laid out as it says. Gives the version if that is not known. */
  updateLayout(messages: Buffer, { state }: ConnectedSender): number | undefined {
    const version = this.#headerVersion.read(messages)
    if (version === undefined) return undefined
    const layout = layoutForVersion(version)
    state.decoders = this.#layouts.of(layout ?? this.#defaultLayout)
    return layout === undefined ? version : undefined
  }
}

// SPDX-License-Identifier: Apache-2.0
import { HeaderVersion } from '../../avro/header-version.js'
import { type Layout, type Layouts, layoutOf, type MessageDecoders } from '../../avro/schema-versions.js'

/**
 * The place of one sender, kept from one connection to the next: it stands for the sender's entities, which a reader knows
 * until the next header comes. A collector that comes back takes the seat of the one that left last, so that what it does not
 * repeat is still known.
 */
export interface Seat {
  decoders: MessageDecoders
}

/** A sender that is connected. */
export interface Sender {
  readonly seat: Seat
  messages: number
}

/** Who is connected, by number, and the seats of those who were. */
export class Senders {
  readonly #layouts: Layouts
  readonly #first: Layout
  readonly #connected = new Map<number, Sender>()
  /** Left by their senders, the last one last. */
  readonly #empty: Seat[] = []
  readonly #version = new HeaderVersion()

  /** `first`: how messages are laid out before a header has said otherwise. */
  constructor(layouts: Layouts, first: Layout) {
    this.#layouts = layouts
    this.#first = first
  }

  get connected(): number {
    return this.#connected.size
  }

  open(connection: number): void {
    const seat = this.#empty.pop() ?? { decoders: this.#layouts.of(this.#first) }
    this.#connected.set(connection, { seat, messages: 0 })
  }

  of(connection: number): Sender {
    const sender = this.#connected.get(connection)
    if (!sender) throw new Error(`connection ${connection} has not been opened`)
    return sender
  }

  close(connection: number): Sender {
    const sender = this.of(connection)
    this.#connected.delete(connection)
    this.#empty.push(sender.seat)
    return sender
  }

  /** If `messages` begin with a header: what follows is laid out as it says. Gives the version if that is not known. */
  heed(messages: Buffer, { seat }: Sender): number | undefined {
    const version = this.#version.of(messages)
    if (version === undefined) return undefined
    const layout = layoutOf(version)
    seat.decoders = this.#layouts.of(layout ?? this.#first)
    return layout === undefined ? version : undefined
  }
}

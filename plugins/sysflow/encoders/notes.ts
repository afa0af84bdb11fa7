// SPDX-License-Identifier: Apache-2.0
import type { Entity, Memo } from '../../../core/contract/source.js'
import type { Actor, FileEntity, FileName, Header } from '../entities/entities.js'

/** What an encoder has made of the header at hand: a batch has one, and neighbours mostly share it. */
export class HeaderNotes<T> {
  readonly #make: (header: Header) => T
  #header: Header | undefined
  #made: T | undefined

  constructor(make: (header: Header) => T) {
    this.#make = make
  }

  of(header: Header): T {
    if (this.#made !== undefined && header === this.#header) return this.#made
    this.#header = header
    this.#made = this.#make(header)
    return this.#made
  }
}

/** What an encoder has made of actors under the header of their records, kept with them. */
export class ActorNotes<H, T extends { readonly header: H }> {
  readonly #make: (actor: Actor, header: H) => T
  readonly #keeps: boolean

  /** `keeps`: false has them made anew each time. */
  constructor(make: (actor: Actor, header: H) => T, keeps: boolean) {
    this.#make = make
    this.#keeps = keeps
  }

  of(actor: Actor, header: H): T {
    if (!this.#keeps) return this.#make(actor, header)
    const note = (noteOf(actor, this) as Note<T> | null) ?? keep(actor, this, this.#make(actor, header))
    // The actor of events whose process is unknown outlives its header.
    if (note.made.header !== header) note.made = this.#make(actor, header)
    return note.made
  }
}

/** What an encoder has made of the names of files, kept with them. */
export class FileNotes<T> {
  readonly #make: (name: FileName) => T
  readonly #keeps: boolean

  /** `keeps`: false has them made anew each time. */
  constructor(make: (name: FileName) => T, keeps: boolean) {
    this.#make = make
    this.#keeps = keeps
  }

  of({ name }: FileEntity): T {
    if (!this.#keeps) return this.#make(name)
    const note = (noteOf(name, this) as Note<T> | null) ?? keep(name, this, this.#make(name))
    return note.made
  }
}

/** What `memoOf` does, without the closure that it needs for each look. */
function noteOf({ memo }: Entity, owner: object): Memo | null {
  for (let note = memo; note !== null; note = note.next) if (note.owner === owner) return note
  return null
}

function keep<T>(entity: Entity, owner: object, made: T): Note<T> {
  const note = new Note(made, owner, entity.memo)
  entity.memo = note
  return note
}

class Note<T> implements Memo {
  constructor(
    public made: T,
    readonly owner: object,
    readonly next: Memo | null,
  ) {}
}

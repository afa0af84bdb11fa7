// SPDX-License-Identifier: Apache-2.0
import type { CacheEntry, Entity } from '../../../core/contract/record-adapter.js'
import type { Actor, FileEntity, FileName, Header } from '../entities/entities.js'

/** What an encoder has made of the header at hand: a batch has one, and neighbours mostly share it. */
export class HeaderCache<T> {
  readonly #create: (header: Header) => T
  #header: Header | undefined
  #value: T | undefined

  constructor(create: (header: Header) => T) {
    this.#create = create
  }

  valueFor(header: Header): T {
    if (this.#value !== undefined && header === this.#header) return this.#value
    this.#header = header
    this.#value = this.#create(header)
    return this.#value
  }
}

/** What an encoder has made of actors under the header of their records, kept with them. */
export class ActorCache<H, T extends { readonly header: H }> {
  readonly #create: (actor: Actor, header: H) => T
  readonly #isCaching: boolean

  /** `keeps`: false has them made anew each time. */
  constructor(create: (actor: Actor, header: H) => T, isCaching: boolean) {
    this.#create = create
    this.#isCaching = isCaching
  }

  valueFor(actor: Actor, header: H): T {
    if (!this.#isCaching) return this.#create(actor, header)
    const entry = (findEntry(actor, this) as CachedValue<T> | null) ?? addEntry(actor, this, this.#create(actor, header))
    // The actor of events whose process is unknown outlives its header.
    if (entry.value.header !== header) entry.value = this.#create(actor, header)
    return entry.value
  }
}

/** What an encoder has made of the names of files, kept with them. */
export class FileCache<T> {
  readonly #create: (name: FileName) => T
  readonly #isCaching: boolean

  /** `keeps`: false has them made anew each time. */
  constructor(create: (name: FileName) => T, isCaching: boolean) {
    this.#create = create
    this.#isCaching = isCaching
  }

  valueFor({ name }: FileEntity): T {
    if (!this.#isCaching) return this.#create(name)
    const entry = (findEntry(name, this) as CachedValue<T> | null) ?? addEntry(name, this, this.#create(name))
    return entry.value
  }
}

/** What `memoOf` does, without the closure that it needs for each look. */
function findEntry({ cache }: Entity, owner: object): CacheEntry | null {
  for (let entry = cache; entry !== null; entry = entry.next) if (entry.owner === owner) return entry
  return null
}

function addEntry<T>(entity: Entity, owner: object, value: T): CachedValue<T> {
  const entry = new CachedValue(value, owner, entity.cache)
  entity.cache = entry
  return entry
}

class CachedValue<T> implements CacheEntry {
  constructor(
    public value: T,
    readonly owner: object,
    readonly next: CacheEntry | null,
  ) {}
}

// SPDX-License-Identifier: Apache-2.0
import type { CacheEntry, Entity } from '../../../core/contract/record-adapter.js'
import type { Actor, FileEntity, FileName, Header } from '../entities/entities.js'

/** Caches an encoder's value for the current header: a batch has one header, and consecutive batches mostly share it. */
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

/** Caches an encoder's values for actors under the header of their records. The values are stored with the actors. */
export class ActorCache<H, T extends { readonly header: H }> {
  readonly #create: (actor: Actor, header: H) => T
  readonly #isCaching: boolean

  /** `isCaching`: false creates the value again for each record. */
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

/** Caches an encoder's values for file names. The values are stored with the names. */
export class FileCache<T> {
  readonly #create: (name: FileName) => T
  readonly #isCaching: boolean

  /** `isCaching`: false creates the value again for each record. */
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

/** Like `cacheEntryOf`, but without allocating a closure for each look-up. */
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

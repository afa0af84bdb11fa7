// SPDX-License-Identifier: Apache-2.0

/** Profiles of an entity by position of the deciding lane; -1 where none is known yet. */
export type KnownProfiles = number[]

/**
 * Profiles of entities that a lane's key says are alike, so that a file of this trace need not be asked what its namesake of
 * the trace before has answered. Remembers the keys seen last, in two generations of bounded size.
 */
export class SharedProfiles {
  #young = new Map<string, KnownProfiles>()
  #old = new Map<string, KnownProfiles>()

  of(key: string): KnownProfiles {
    const young = this.#young.get(key)
    if (young) return young
    const profiles = this.#old.get(key) ?? []
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young
      this.#young = new Map()
    }
    // A key of a megabyte is legal, but not worth keeping.
    if (key.length <= LONGEST_KEY) this.#young.set(key, profiles)
    return profiles
  }
}

const GENERATION = 16_384
const LONGEST_KEY = 512

// SPDX-License-Identifier: Apache-2.0

const PLACES = 4096
const MOST_SIGHTINGS = 255
/** So many are let in at once, while there is room. */
const WELCOME = 256

/**
 * Decides what is worth remembering: what comes up again and again, not what input makes up anew in every record. The more
 * often all has had to be forgotten, the more often something must have been seen.
 */
export class Admission {
  readonly #tags = new Int32Array(PLACES)
  readonly #sightings = new Uint8Array(PLACES)
  readonly #wanted: number
  #welcome: number

  /** `forgotten`: how many times all has been forgotten. */
  constructor(forgotten: number) {
    this.#wanted = Math.min(MOST_SIGHTINGS, 2 ** Math.min(forgotten + 1, 8))
    this.#welcome = forgotten === 0 ? WELCOME : 0
  }

  /** `hash`: of what has been seen; another with an equal one shares its count, which does no harm. */
  admits(hash: number): boolean {
    if (this.#welcome > 0) {
      this.#welcome--
      return true
    }
    const place = hash & (PLACES - 1)
    if (this.#tags[place] !== hash) {
      this.#tags[place] = hash
      this.#sightings[place] = 0
    }
    const sightings = Math.min(MOST_SIGHTINGS, this.#sightings[place]! + 1)
    this.#sightings[place] = sightings
    return sightings >= this.#wanted
  }
}

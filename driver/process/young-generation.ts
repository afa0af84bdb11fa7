// SPDX-License-Identifier: Apache-2.0
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/**
 * Prevents V8's young generation from growing beyond 4 MB. It would double until it takes 48 MB, which has no benefit here:
 * few objects are created while records flow, and most of these are entities that are retained. V8 accepts a limit only on its
 * command line, but the growth can be switched off at any time.
 *
 * The check is repeated, because `loadChunk` (compiled-chunk.ts) resets the option.
 */
export function limitYoungGeneration(): void {
  let checks = 0
  const check = (): void => {
    const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')
    if (space === undefined || space.space_size >= YOUNG_GENERATION_BYTES) setFlagsFromString('--semi-space-growth-factor=1')
    checks += 1
    setTimeout(check, checks < FREQUENT_CHECKS ? FREQUENT_CHECK_MS : CHECK_MS).unref()
  }
  check()
}

const YOUNG_GENERATION_BYTES = 4 * 1024 * 1024
/** While the program starts, the young generation can double within milliseconds. */
const FREQUENT_CHECK_MS = 10
const FREQUENT_CHECKS = 200
const CHECK_MS = 1000

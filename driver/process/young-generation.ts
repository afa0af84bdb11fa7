// SPDX-License-Identifier: Apache-2.0
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/**
 * Prevents V8's young generation from growing beyond 4 MB. It would double until it takes 48 MB, which has no benefit here:
 * few objects are created while records flow, and most of these are entities that are retained. V8 accepts a limit only on its
 * command line, but semi-space growth can be switched off at any time.
 */
export function limitYoungGeneration(): void {
  const timer = setInterval(() => {
    const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')
    if (space !== undefined && space.space_size < YOUNG_GENERATION_BYTES) return
    clearInterval(timer)
    setFlagsFromString('--semi-space-growth-factor=1')
  }, CHECK_INTERVAL_MS)
  timer.unref()
}

const YOUNG_GENERATION_BYTES = 4 * 1024 * 1024
const CHECK_INTERVAL_MS = 10

// SPDX-License-Identifier: Apache-2.0
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/**
 * Keeps V8's young generation from growing beyond `bytes`. It would double until it takes 48 MB, which gains nothing here: few
 * objects are made while records flow, and most of these are entities that stay. V8 takes a limit only on its command line,
 * but whether it grows any further can be settled at any time.
 */
export function limitYoungGeneration(bytes = 4 * 1024 * 1024): void {
  const timer = setInterval(() => {
    const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')
    if (space !== undefined && space.space_size < bytes) return
    clearInterval(timer)
    setFlagsFromString('--semi-space-growth-factor=1')
  }, CHECK_INTERVAL_MS)
  timer.unref()
}

const CHECK_INTERVAL_MS = 10

// SPDX-License-Identifier: Apache-2.0
import type { Options } from '../contract/plugin.js'
import { Fault } from '../errors/fault.js'
import { readText } from './read-options.js'

/** Milliseconds of a setting such as `30s`, `500ms` or `1m30s`; undefined if it is not set. */
export function readDuration(options: Options, key: string): number | undefined {
  const given = readText(options, key)
  if (given === '') return undefined
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(given)) {
    throw new Fault('SFP_WEB_SETTING', {
      key,
      reason: `"${given}" is not a duration`,
      hint: 'use a form such as 30s, 500ms or 1m30s',
    })
  }
  let sum = 0
  for (const [, number, unit] of given.matchAll(/([\d.]+)(ms|s|m|h)/g))
    sum += Number(number) * (MILLISECONDS_PER_UNIT[unit ?? ''] ?? 0)
  return Math.min(sum, MAX_DURATION)
}

const MILLISECONDS_PER_UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
/** One day, since timers have an upper limit (2^31 - 1 milliseconds). */
const MAX_DURATION = 86_400_000

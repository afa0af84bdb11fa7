// SPDX-License-Identifier: Apache-2.0

/**
 * 64-bit timestamps (nanoseconds since 1970, signed), given as signed high and unsigned low 32 bits. No bigint is created: every
 * intermediate value stays an integer below 2^53.
 */

const BILLION = 1_000_000_000

/** Whole seconds of a timestamp, rounded down. */
export function clockSeconds(high: number, low: number): number {
  if (high >= 0) return quotient(high, low)
  const seconds = quotient(negativeHigh(high, low), -low >>> 0)
  return remainder(negativeHigh(high, low), -low >>> 0) === 0 ? -seconds : -seconds - 1
}

/** Nanoseconds after {@link clockSeconds}, 0 to 999,999,999. */
export function clockNanos(high: number, low: number): number {
  if (high >= 0) return remainder(high, low)
  const rest = remainder(negativeHigh(high, low), -low >>> 0)
  return rest === 0 ? 0 : BILLION - rest
}

/** Decimal digits of a timestamp. */
export function clockDigits(high: number, low: number): string {
  if (high < 0) return `-${magnitudeDigits(negativeHigh(high, low), -low >>> 0)}`
  return magnitudeDigits(high, low)
}

/** RFC 3339 in UTC with up to nine decimals. Trailing zeros and a trailing point are omitted. */
export function clockTimestamp(high: number, low: number): string {
  const second = new Date(clockSeconds(high, low) * 1000).toISOString().slice(0, 19)
  return `${second}${fraction(clockNanos(high, low))}Z`
}

/** ".5" for half a second, empty for zero. */
export function fraction(nanos: number): string {
  if (nanos === 0) return ''
  let digits = nanos
  let places = 9
  while (digits % 10 === 0) {
    digits /= 10
    places--
  }
  return `.${String(digits).padStart(places, '0')}`
}

/** `later - earlier` as a number; exact up to 2^53 ns, which is 104 days. */
export const clockDifference = (laterHigh: number, laterLow: number, earlierHigh: number, earlierLow: number): number =>
  (laterHigh - earlierHigh) * 4294967296 + (laterLow - earlierLow)

/** High half of the negated timestamp; the low half is `-low >>> 0`. Unsigned, so that -2^63 has a magnitude. */
const negativeHigh = (high: number, low: number): number => (low === 0 ? -high >>> 0 : ~high >>> 0)

function magnitudeDigits(high: number, low: number): string {
  if (high < 0x200000) return String(high * 4294967296 + low)
  return String(quotient(high, low)) + String(remainder(high, low)).padStart(9, '0')
}

/** Long division of an unsigned timestamp by 10^9 in three digits of 32, 16 and 16 bits. */
function quotient(high: number, low: number): number {
  const first = Math.floor(high / BILLION)
  const middle = (high - first * BILLION) * 65536 + (low >>> 16)
  const second = Math.floor(middle / BILLION)
  const last = (middle - second * BILLION) * 65536 + (low & 0xffff)
  return first * 4294967296 + second * 65536 + Math.floor(last / BILLION)
}

function remainder(high: number, low: number): number {
  const middle = (high % BILLION) * 65536 + (low >>> 16)
  return ((middle % BILLION) * 65536 + (low & 0xffff)) % BILLION
}

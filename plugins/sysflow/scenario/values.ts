// SPDX-License-Identifier: Apache-2.0

/** How to parse a text as a value; `expected` completes the sentence "it must be …". */
export interface ValueKind<T> {
  readonly expected: string
  /** The allowed words, for kinds that accept one or several of a few words. */
  readonly choices?: readonly string[]
  /** Undefined for an invalid text. */
  readonly parse: (text: string) => T | undefined
}

export const TEXT: ValueKind<string> = { expected: 'a string', parse: text => text }

export const NAME: ValueKind<string> = { expected: 'a name', parse: text => (text === '' ? undefined : text) }

/** A file name may be relative to the working directory of its process, as in recorded traces. */
export const PATH: ValueKind<string> = { expected: 'a path', parse: text => (text === '' ? undefined : text) }

export const COUNT: ValueKind<number> = {
  expected: 'an integer of at least 0, such as 1024',
  parse: text => wholeNumber(text, 0, Number.MAX_SAFE_INTEGER),
}

export const INT: ValueKind<number> = {
  expected: 'a 32-bit integer, such as -13',
  parse: text => wholeNumber(text, -(2 ** 31), 2 ** 31 - 1),
}

export const FLAG: ValueKind<boolean> = {
  expected: 'yes or no',
  parse: text => (/^(yes|true|on)$/i.test(text) ? true : /^(no|false|off)$/i.test(text) ? false : undefined),
}

const NANOSECONDS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
}

/** Ten years, so the sum of a few durations does not exceed the 64 bits of a clock. */
const MAX_DURATION = 315_360_000_000_000_000n

/** In nanoseconds. */
export const DURATION: ValueKind<bigint> = {
  expected: 'a duration such as 200ms, 5s or 1m30s (units d h m s ms us ns), at most ten years',
  parse: text => {
    if (!/^(\d{1,12}(ns|us|ms|s|m|h|d))+$/.test(text)) return undefined
    let total = 0n
    for (const [, digits, unit] of text.matchAll(/(\d+)(ns|us|ms|s|m|h|d)/g)) {
      total += BigInt(digits ?? 0) * (NANOSECONDS[unit ?? ''] ?? 0n)
    }
    return total <= MAX_DURATION ? total : undefined
  },
}

/** A time in 2252, ten years before the clock range ends. */
export const MAX_TIMESTAMP = 8_900_000_000_000_000_000n

/** In nanoseconds since 1970. */
export const TIMESTAMP: ValueKind<bigint> = {
  expected: 'a time such as 2024-03-01T09:00:00Z, or nanoseconds since 1970, up to the year 2252',
  parse: text => {
    if (/^\d{1,19}$/.test(text)) return BigInt(text) <= MAX_TIMESTAMP ? BigInt(text) : undefined
    const milliseconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(text) ? Date.parse(text) : Number.NaN
    const moment = Number.isNaN(milliseconds) ? -1n : BigInt(milliseconds) * 1_000_000n
    return moment >= 0n && moment <= MAX_TIMESTAMP ? moment : undefined
  },
}

/** Lowest byte first, as a signed 32-bit number. */
export const ADDRESS: ValueKind<number> = {
  expected: 'an IPv4 address such as 10.0.0.1',
  parse: text => {
    const octets = text.split('.').map(octet => wholeNumber(octet, 0, 255))
    const [a, b, c, d] = octets
    if (octets.length !== 4 || a === undefined || b === undefined || c === undefined || d === undefined) return undefined
    return a | (b << 8) | (c << 16) | (d << 24)
  },
}

export interface NetworkEndpoint {
  readonly ip: number
  readonly port: number
}

export const ENDPOINT: ValueKind<NetworkEndpoint> = {
  expected: 'an address and a port such as 10.0.0.1:443',
  parse: text => {
    const [address, digits, ...more] = text.split(':')
    const ip = ADDRESS.parse(address ?? '')
    const port = wholeNumber(digits ?? '', 0, 65535)
    return ip === undefined || port === undefined || more.length > 0 ? undefined : { ip, port }
  },
}

/** The local endpoint of a connection; without an address, it has the address of the pod or host. */
export const LOCAL_ENDPOINT: ValueKind<{ readonly ip: number | undefined; readonly port: number }> = {
  expected: 'a port such as 8080, or an address and a port',
  parse: text => {
    const port = wholeNumber(text, 0, 65535)
    return port === undefined ? ENDPOINT.parse(text) : { ip: undefined, port }
  },
}

/** The target of a connection: an endpoint, or a Unix socket by its path. */
export const CONNECT_TARGET: ValueKind<NetworkEndpoint | string> = {
  expected: 'an address and a port such as 10.0.0.1:443, or the path of a Unix socket',
  parse: text => (text.startsWith('/') ? text : ENDPOINT.parse(text)),
}

/** One of a few words, each mapped to a value. */
export const choice = <T>(values: Readonly<Record<string, T>>): ValueKind<T> => ({
  expected: `one of ${Object.keys(values).join(', ')}`,
  choices: Object.keys(values),
  parse: text => (Object.hasOwn(values, text) ? values[text] : undefined),
})

/** Words of a set of flags, separated by spaces or vertical bars, combined into one number. */
export const flags = (values: Readonly<Record<string, number>>): ValueKind<number> => ({
  expected: `any of ${Object.keys(values).join(', ')}`,
  parse: text => {
    let sum = 0
    for (const word of text.split(/[\s|]+/).filter(part => part !== '')) {
      const value = Object.hasOwn(values, word) ? values[word] : undefined
      if (value === undefined) return undefined
      sum |= value
    }
    return sum
  },
})

function wholeNumber(text: string, min: number, max: number): number | undefined {
  if (!/^[-+]?[\d_]{1,20}$/.test(text)) return undefined
  const value = Number(text.replaceAll('_', ''))
  return Number.isSafeInteger(value) && value >= min && value <= max ? value : undefined
}

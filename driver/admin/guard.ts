// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/** Why a request is not answered. */
export interface Objection {
  readonly status: number
  readonly reason: string
}

const LONGEST_URL = 2048

/**
 * Turns away what no honest reader sends: other methods, bodies, long URLs, and requests that a page of another site made a
 * browser send. A page can point a name of its own at this address (DNS rebinding), so only names that are known are
 * answered; IP addresses cannot be pointed anywhere. `names`: those beside localhost.
 */
export function objectionTo(
  { method, url, headers }: IncomingMessage,
  names: readonly string[] | undefined,
): Objection | undefined {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, reason: 'only GET and HEAD are answered' }
  if ((url ?? '').length > LONGEST_URL) return { status: 414, reason: `a URL has at most ${LONGEST_URL} characters` }
  if (headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0')
    return { status: 413, reason: 'a request has no body' }
  if (names && !isKnownHost(headers.host ?? '', names))
    return { status: 421, reason: 'this host name is not known here; add it to "hosts" under "inside"' }
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return { status: 403, reason: 'pages of other sites are not answered' }
  return undefined
}

function isKnownHost(host: string, names: readonly string[]): boolean {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d{1,5})?$/.exec(host.toLowerCase()) ?? []
  if (bracketed !== undefined) return isIP(bracketed) === 6
  if (plain === undefined) return false
  return plain === 'localhost' || isIP(plain) === 4 || names.includes(plain)
}

/** Said with every answer: nothing is kept, framed, guessed or read by other sites. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/** Why a request is rejected. */
export interface RequestRejection {
  readonly status: number
  readonly reason: string
}

const MAX_URL_LENGTH = 2048

/**
 * Rejects requests that a regular client never sends: other methods, bodies, long URLs, and requests that a page of another
 * site caused a browser to send. Such a page can point its own host name at this address (DNS rebinding), so only known host
 * names are accepted; IP addresses cannot be rebound. `names`: accepted host names in addition to localhost.
 */
export function rejectionOf(
  { method, url, headers }: IncomingMessage,
  hostNames: readonly string[] | undefined,
): RequestRejection | undefined {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, reason: 'only GET and HEAD are allowed' }
  if ((url ?? '').length > MAX_URL_LENGTH) return { status: 414, reason: `a URL has at most ${MAX_URL_LENGTH} characters` }
  if (headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0')
    return { status: 413, reason: 'a request must not have a body' }
  if (hostNames && !isKnownHost(headers.host ?? '', hostNames))
    return { status: 421, reason: 'host name not allowed; add it to "hosts" under "admin"' }
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return { status: 403, reason: 'requests from other sites are not allowed' }
  return undefined
}

function isKnownHost(host: string, hostNames: readonly string[]): boolean {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d{1,5})?$/.exec(host.toLowerCase()) ?? []
  if (bracketed !== undefined) return isIP(bracketed) === 6
  if (plain === undefined) return false
  return plain === 'localhost' || isIP(plain) === 4 || hostNames.includes(plain)
}

/** Headers of every answer: no caching, framing, content sniffing or reading by other sites. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

// SPDX-License-Identifier: Apache-2.0
import { isIP } from 'node:net'

/** The address of an endpoint, for listening or for requests. */
export type EndpointAddress =
  | { readonly kind: 'address'; readonly address: string; readonly port: number }
  | { readonly kind: 'socket'; readonly path: string }

/** "9464", "10.0.0.1:9464", "[::1]:9464" or, with a slash in it, a Unix socket; undefined: neither. */
export function parseEndpointAddress(text: string): EndpointAddress | undefined {
  if (text.includes('/')) return { kind: 'socket', path: text }
  const [, bracketed, plain, digits] = /^(?:(?:\[([^\]]*)\]|([^:]*)):)?(\d{1,5})$/.exec(text) ?? []
  const address = bracketed ?? plain ?? '127.0.0.1'
  const port = Number(digits)
  if (digits === undefined || port > 65535) return undefined
  if (address === 'localhost') return { kind: 'address', address: '127.0.0.1', port }
  return isIP(address) === 0 ? undefined : { kind: 'address', address, port }
}

export const isLoopback = (address: string): boolean => /^127\./.test(address) || address === '::1'

/** The address as in a URL or a message. */
export const endpointAddressText = (address: EndpointAddress): string =>
  address.kind === 'socket'
    ? `unix:${address.path}`
    : `http://${isIP(address.address) === 6 ? `[${address.address}]` : address.address}:${address.port}`

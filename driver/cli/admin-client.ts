// SPDX-License-Identifier: Apache-2.0
import { type IncomingMessage, request } from 'node:http'
import { createInterface } from 'node:readline'
import { Fault } from '../../core/errors/fault.js'
import { reasonOf } from '../../core/errors/reason.js'
import { ADMIN_OPTIONS } from '../config/admin-options.js'
import { type EndpointAddress, endpointAddressText, parseEndpointAddress } from '../config/endpoint-address.js'

const MAX_RESPONSE_BYTES = 32 * 1024 * 1024
const TIMEOUT_MS = 10_000

/** Parses the value of `-at`: a URL, `unix:PATH`, or a value of `-admin`. The default is the default address of an endpoint. */
export function resolveEndpointAddress(text: string | undefined): EndpointAddress {
  if (text === undefined) return { kind: 'address', address: '127.0.0.1', port: Number(ADMIN_OPTIONS.properties.port?.default) }
  const address = text.includes('://') ? parseUrlAddress(text) : parseEndpointAddress(text.replace(/^unix:/, ''))
  if (address) return address
  throw new Fault('SFP_ADMIN_AT', { text })
}

function parseUrlAddress(text: string): EndpointAddress | undefined {
  const [, bracketed, plain, port] = /^http:\/\/(?:\[([^\]]+)\]|([^:/[\]]+))(?::(\d{1,5}))?\/?$/i.exec(text) ?? []
  const address = bracketed ?? plain
  return address === undefined ? undefined : { kind: 'address', address, port: Number(port ?? 80) }
}

/** The answer of an endpoint as JSON. Throws a fault if there is no answer, or the answer is not JSON. */
export async function fetchJson(address: EndpointAddress, path: string): Promise<unknown> {
  const response = await openResponse(address, path)
  try {
    return JSON.parse(await readBody(response))
  } catch (error) {
    throw new Fault('SFP_ADMIN_UNREACHABLE', { address: endpointAddressText(address), reason: reasonOf(error) }, { cause: error })
  }
}

/** Lines of an answer as they arrive, until it ends or `stop` fires. */
export async function* streamLines(address: EndpointAddress, path: string, stop: AbortSignal): AsyncGenerator<string> {
  const response = await openResponse(address, path)
  const disconnect = (): void => void response.destroy()
  if (stop.aborted) disconnect()
  stop.addEventListener('abort', disconnect, { once: true })
  try {
    for await (const line of createInterface({ input: response })) yield line
  } catch (error) {
    if (!stop.aborted)
      throw new Fault(
        'SFP_ADMIN_UNREACHABLE',
        { address: endpointAddressText(address), reason: reasonOf(error) },
        { cause: error },
      )
  } finally {
    stop.removeEventListener('abort', disconnect)
    disconnect()
  }
}

async function openResponse(address: EndpointAddress, path: string): Promise<IncomingMessage> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const target = address.kind === 'socket' ? { socketPath: address.path } : { host: address.address, port: address.port }
    const clientRequest = request({ ...target, path, headers: { accept: 'application/json' }, agent: false }, resolve)
    clientRequest.setTimeout(TIMEOUT_MS, () => clientRequest.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)))
    clientRequest.once('error', reject)
    clientRequest.end()
  }).catch(error => {
    const reason = reasonOf(error, { ECONNREFUSED: 'connection refused', ENOENT: 'no such socket' })
    throw new Fault('SFP_ADMIN_UNREACHABLE', { address: endpointAddressText(address), reason }, { cause: error })
  })
  const { statusCode = 0 } = response
  if (statusCode === 200) return response
  const reason = faultTextIn(await readBody(response))
  throw new Fault('SFP_ADMIN_REFUSED', { status: statusCode, reason })
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_RESPONSE_BYTES) throw new Error(`the response has more than ${MAX_RESPONSE_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The faults in an answer as readable text; any other text unchanged. */
function faultTextIn(text: string): string {
  try {
    const { faults } = JSON.parse(text) as { faults: readonly { code: string; message: string; hint: string }[] }
    return faults.map(({ code, message, hint }) => `${code}: ${message}${hint ? `; ${hint}` : ''}`).join('\n')
  } catch {
    return text.trim()
  }
}

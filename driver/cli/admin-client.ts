// SPDX-License-Identifier: Apache-2.0
import { type IncomingMessage, request } from 'node:http'
import { createInterface } from 'node:readline'
import { Fault } from '../../core/errors/fault.js'
import { reasonOf } from '../../core/errors/reason.js'
import { INSIDE_OPTIONS } from '../config/admin-options.js'
import { type Place, placeOf, placeText } from '../config/admin-address.js'

const MOST_BYTES = 32 * 1024 * 1024
const PATIENCE_MS = 10_000

/** What `-at` takes: a URL, `unix:PATH` or what `-inside` takes; without it, where an endpoint listens by default. */
export function placeFrom(text: string | undefined): Place {
  if (text === undefined) return { kind: 'address', address: '127.0.0.1', port: Number(INSIDE_OPTIONS.properties.port?.default) }
  const place = text.includes('://') ? urlPlace(text) : placeOf(text.replace(/^unix:/, ''))
  if (place) return place
  throw new Fault('SFP_INSIDE_AT', { text })
}

function urlPlace(text: string): Place | undefined {
  const [, bracketed, plain, port] = /^http:\/\/(?:\[([^\]]+)\]|([^:/[\]]+))(?::(\d{1,5}))?\/?$/i.exec(text) ?? []
  const address = bracketed ?? plain
  return address === undefined ? undefined : { kind: 'address', address, port: Number(port ?? 80) }
}

/** The answer of an endpoint as JSON. Throws a fault if there is none, or none that tells something. */
export async function askFor(place: Place, path: string): Promise<unknown> {
  const response = await open(place, path)
  try {
    return JSON.parse(await wholeText(response))
  } catch (error) {
    throw new Fault('SFP_INSIDE_UNREACHABLE', { place: placeText(place), reason: reasonOf(error) }, { cause: error })
  }
}

/** Lines of an answer as they come, until it ends or `stop` fires. */
export async function* linesOf(place: Place, path: string, stop: AbortSignal): AsyncGenerator<string> {
  const response = await open(place, path)
  const leave = (): void => void response.destroy()
  if (stop.aborted) leave()
  stop.addEventListener('abort', leave, { once: true })
  try {
    for await (const line of createInterface({ input: response })) yield line
  } catch (error) {
    if (!stop.aborted)
      throw new Fault('SFP_INSIDE_UNREACHABLE', { place: placeText(place), reason: reasonOf(error) }, { cause: error })
  } finally {
    stop.removeEventListener('abort', leave)
    leave()
  }
}

async function open(place: Place, path: string): Promise<IncomingMessage> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const to = place.kind === 'socket' ? { socketPath: place.path } : { host: place.address, port: place.port }
    const asking = request({ ...to, path, headers: { accept: 'application/json' }, agent: false }, resolve)
    asking.setTimeout(PATIENCE_MS, () => asking.destroy(new Error(`there is no answer within ${PATIENCE_MS / 1000} s`)))
    asking.once('error', reject)
    asking.end()
  }).catch(error => {
    const reason = reasonOf(error, { ECONNREFUSED: 'nothing listens there', ENOENT: 'there is no such socket' })
    throw new Fault('SFP_INSIDE_UNREACHABLE', { place: placeText(place), reason }, { cause: error })
  })
  const { statusCode = 0 } = response
  if (statusCode === 200) return response
  const reason = refusalIn(await wholeText(response))
  throw new Fault('SFP_INSIDE_REFUSED', { status: statusCode, reason })
}

async function wholeText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MOST_BYTES) throw new Error(`the answer has more than ${MOST_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** What an endpoint says of faults, as people read it; any other text as it is. */
function refusalIn(text: string): string {
  try {
    const { faults } = JSON.parse(text) as { faults: readonly { code: string; message: string; mend: string }[] }
    return faults.map(({ code, message, mend }) => `${code}: ${message}${mend ? `; ${mend}` : ''}`).join('\n')
  } catch {
    return text.trim()
  }
}

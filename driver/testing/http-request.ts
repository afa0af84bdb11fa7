// SPDX-License-Identifier: Apache-2.0
import { type IncomingHttpHeaders, request } from 'node:http'
import type { Socket } from 'node:net'

export interface HttpResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface HttpRequestOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Sends a request to a server on loopback (a port) or on a Unix socket (a path), each over a new connection. */
export const requestHttp = (
  address: number | string,
  path: string,
  { method = 'GET', headers = {}, body }: HttpRequestOptions = {},
): Promise<HttpResponse> =>
  new Promise((resolve, reject) => {
    const target = typeof address === 'number' ? { host: '127.0.0.1', port: address } : { socketPath: address }
    const clientRequest = request({ ...target, path, method, headers, agent: false }, response => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', chunk => {
        text += chunk
      })
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
    })
    clientRequest.on('error', reject)
    clientRequest.end(body)
  })

/** All bytes that arrive on a socket until the other side closes it. */
export const readUntilClosed = (socket: Socket): Promise<string> =>
  new Promise(resolve => {
    let text = ''
    socket.on('data', chunk => {
      text += String(chunk)
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
  })

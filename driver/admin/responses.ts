// SPDX-License-Identifier: Apache-2.0
import type { ServerResponse } from 'node:http'
import { Fault, Faults } from '../../core/errors/fault.js'
import { messageOf } from '../../core/errors/reason.js'

export const sendResponse = (response: ServerResponse, status: number, type: string, body: string): void => {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body)
}

export const sendText = (response: ServerResponse, status: number, text: string): void =>
  sendResponse(response, status, 'text/plain; charset=utf-8', `${text}\n`)

export const sendJson = (response: ServerResponse, status: number, value: unknown): void =>
  sendResponse(response, status, 'application/json', `${JSON.stringify(value)}\n`)

/** Sends `{"faults": [{"code", "message", "hint"}]}`. Sends nothing if the answer has already begun. */
export function sendFaults(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const faults = error instanceof Faults ? error.faults : error instanceof Fault ? [error] : []
  const [first] = faults
  if (!first) {
    sendText(response, 500, messageOf(error))
    return
  }
  const reported = faults.slice(0, MAX_FAULTS).map(({ code, message, hint }) => ({ code, message, hint }))
  sendJson(response, statusOf(first), { faults: reported })
}

const MAX_FAULTS = 20

function statusOf({ code }: Fault): number {
  switch (code) {
    case 'SFP_TAP_OFF':
    case 'SFP_TAP_REDACTED':
      return 403
    case 'SFP_TAP_UNKNOWN_CHANNEL':
      return 404
    case 'SFP_TAP_BUSY':
    case 'SFP_TAP_NOT_RUNNING':
      return 503
    default:
      return 400
  }
}

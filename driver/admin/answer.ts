// SPDX-License-Identifier: Apache-2.0
import type { ServerResponse } from 'node:http'
import { Fault, Faults } from '../../core/errors/fault.js'
import { messageOf } from '../../core/errors/reason.js'

export const answer = (response: ServerResponse, status: number, type: string, body: string): void => {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body)
}

export const answerText = (response: ServerResponse, status: number, text: string): void =>
  answer(response, status, 'text/plain; charset=utf-8', `${text}\n`)

export const answerJson = (response: ServerResponse, status: number, value: unknown): void =>
  answer(response, status, 'application/json', `${JSON.stringify(value)}\n`)

/** `{"faults": [{"code", "message", "mend"}]}`; nothing more can be said once an answer has begun. */
export function answerFault(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const faults = error instanceof Faults ? error.faults : error instanceof Fault ? [error] : []
  const [first] = faults
  if (!first) {
    answerText(response, 500, messageOf(error))
    return
  }
  const told = faults.slice(0, MOST_FAULTS).map(({ code, message, mend }) => ({ code, message, mend }))
  answerJson(response, statusOf(first), { faults: told })
}

const MOST_FAULTS = 20

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

// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage, ServerResponse } from 'node:http'
import { answer, answerJson, answerText } from './answer.js'
import { EXPOSITION_TYPE } from './exposition.js'
import type { LiveFeed } from './live-feed.js'
import { metricsText } from './metrics.js'
import { livePage } from './page.js'
import type { RunState } from './run-state.js'
import type { Taps } from './tap/taps.js'

/** What there is to be seen. */
export interface Sights {
  readonly state: RunState
  readonly feed: LiveFeed
  readonly taps: Taps
}

export type Route = (request: IncomingMessage, response: ServerResponse, sights: Sights) => void | Promise<void>

export const routeOf = (request: IncomingMessage): Route => {
  const { pathname } = urlOf(request)
  return pathname.startsWith(TAP) ? tap : (ROUTES.get(pathname) ?? unknown)
}

/** Of the path alone: what stands before it names nothing. */
const urlOf = ({ url }: IncomingMessage): URL => new URL(`http://inside${url?.startsWith('/') ? url : '/'}`)

const TAP = '/tap/'

const metrics: Route = (_, response, { state }) => answer(response, 200, EXPOSITION_TYPE, metricsText(state.picture()))

/** That it answers at all is the answer. */
const alive: Route = (_, response) => answerText(response, 200, 'ok')

const ready: Route = async (_, response, { state }) => {
  const reasons = await state.reasons()
  answerText(response, reasons.length === 0 ? 200 : 503, reasons.length === 0 ? 'ready' : reasons.join('\n'))
}

const pipeline: Route = (request, response, sights) =>
  (request.headers.accept ?? '').includes('text/html')
    ? page(request, response, sights)
    : answerJson(response, 200, sights.state.picture())

const page: Route = async (_, response) => {
  const { text, policy } = await livePage()
  response.setHeader('content-security-policy', policy)
  answer(response, 200, 'text/html; charset=utf-8', text)
}

const live: Route = (_, response, { feed }) => feed.join(response)

const tap: Route = (request, response, { taps }) => {
  const { pathname, searchParams } = urlOf(request)
  return taps.join(decoded(pathname.slice(TAP.length)), searchParams, response)
}

const unknown: Route = (_, response) =>
  answerText(response, 404, `there is nothing here; known: ${[...ROUTES.keys()].join(' ')} /tap/CHANNEL`)

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const ROUTES: ReadonlyMap<string, Route> = new Map([
  ['/', page],
  ['/metrics', metrics],
  ['/healthz', alive],
  ['/readyz', ready],
  ['/pipeline', pipeline],
  ['/live', live],
])

// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage, ServerResponse } from 'node:http'
import { EXPOSITION_CONTENT_TYPE } from './exposition.js'
import type { LiveFeed } from './live-feed.js'
import { metricsText } from './metrics.js'
import { livePage } from './page.js'
import { sendJson, sendResponse, sendText } from './responses.js'
import type { RunState } from './run-state.js'
import type { Taps } from './tap/taps.js'

/** The data that the endpoint serves. */
export interface AdminViews {
  readonly state: RunState
  readonly feed: LiveFeed
  readonly taps: Taps
}

export type Route = (request: IncomingMessage, response: ServerResponse, views: AdminViews) => void | Promise<void>

export const routeOf = (request: IncomingMessage): Route => {
  const { pathname } = urlOf(request)
  return pathname.startsWith(TAP) ? tap : (ROUTES.get(pathname) ?? notFound)
}

/** Parses the path only; a host in front of it has no meaning here. */
const urlOf = ({ url }: IncomingMessage): URL => new URL(`http://localhost${url?.startsWith('/') ? url : '/'}`)

const TAP = '/tap/'

const metrics: Route = (_, response, { state }) =>
  sendResponse(response, 200, EXPOSITION_CONTENT_TYPE, metricsText(state.snapshot()))

/** Any answer shows that the process is alive. */
const liveness: Route = (_, response) => sendText(response, 200, 'ok')

const readiness: Route = async (_, response, { state }) => {
  const reasons = await state.notReadyReasons()
  sendText(response, reasons.length === 0 ? 200 : 503, reasons.length === 0 ? 'ready' : reasons.join('\n'))
}

const pipeline: Route = (request, response, views) =>
  (request.headers.accept ?? '').includes('text/html')
    ? page(request, response, views)
    : sendJson(response, 200, views.state.snapshot())

const page: Route = async (_, response) => {
  const { text, policy } = await livePage()
  response.setHeader('content-security-policy', policy)
  sendResponse(response, 200, 'text/html; charset=utf-8', text)
}

const liveEvents: Route = (_, response, { feed }) => feed.addClient(response)

const tap: Route = (request, response, { taps }) => {
  const { pathname, searchParams } = urlOf(request)
  return taps.open(decodePath(pathname.slice(TAP.length)), searchParams, response)
}

const notFound: Route = (_, response) => sendText(response, 404, `not found; known: ${[...ROUTES.keys()].join(' ')} /tap/CHANNEL`)

function decodePath(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const ROUTES: ReadonlyMap<string, Route> = new Map([
  ['/', page],
  ['/metrics', metrics],
  ['/healthz', liveness],
  ['/readyz', readiness],
  ['/pipeline', pipeline],
  ['/live', liveEvents],
])

// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { rejectionOf } from './request-guard.js'

const status = (request: object, names: readonly string[] | undefined = ['box.example']): number =>
  rejectionOf({ method: 'GET', url: '/', headers: { host: 'localhost' }, ...request } as IncomingMessage, names)?.status ?? 200

test('GET and HEAD are answered, other methods and bodies are not', () => {
  assert.deepEqual(
    ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'].map(method => status({ method })),
    [200, 200, 405, 405, 405, 405, 405],
  )
  assert.equal(status({ headers: { host: 'localhost', 'content-length': '1' } }), 413)
  assert.equal(status({ headers: { host: 'localhost', 'transfer-encoding': 'chunked' } }), 413)
  assert.equal(status({ headers: { host: 'localhost', 'content-length': '0' } }), 200)
})

test('a host name that anyone could point here is refused; addresses, localhost and configured names are accepted', () => {
  const of = (host: string | undefined): number => status({ headers: { host } })
  for (const host of [
    'localhost',
    'localhost:9464',
    'LOCALHOST:1',
    '127.0.0.1:9464',
    '10.1.2.3',
    '[::1]:9464',
    'box.example:9464',
    'BOX.example',
  ])
    assert.equal(of(host), 200, host)
  for (const host of [
    'evil.example',
    'evil.example:9464',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '[evil]',
    '',
    undefined,
    'a b',
    '127.0.0.1:99999999',
  ])
    assert.equal(of(host), 421, host)
})

test('on a Unix socket, which no web page can reach, every host name is accepted', () => {
  assert.equal(rejectionOf({ method: 'GET', url: '/', headers: { host: 'anything' } } as IncomingMessage, undefined), undefined)
})

test('a cross-site request of a browser is refused', () => {
  const of = (site: string): number => status({ headers: { host: 'localhost', 'sec-fetch-site': site } })
  assert.deepEqual(['same-origin', 'none', 'same-site', 'cross-site', 'x'].map(of), [200, 200, 403, 403, 403])
})

test('a long URL is refused', () => {
  assert.equal(status({ url: `/${'a'.repeat(2047)}` }), 200)
  assert.equal(status({ url: `/${'a'.repeat(2048)}` }), 414)
})

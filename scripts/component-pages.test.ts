// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Plugin } from '../core/contract/plugin.js'
import { Registry } from '../driver/loader/registry.js'
import { COMPONENTS, componentPages } from './component-pages.js'
import { documentationGaps, reference } from './reference.js'

const PLUGIN: Plugin = {
  kind: 'driver',
  name: 'nested',
  contract: 2,
  summary: 'has nested settings',
  offers: ['a'],
  create: () => assert.fail('pages make nothing'),
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      retry: {
        type: 'object',
        additionalProperties: false,
        description: 'How often to try again.',
        required: ['count'],
        properties: { count: { type: 'integer', description: 'How often.', default: 3 } },
      },
      targets: {
        type: 'array',
        description: 'Where to.',
        items: {
          type: 'object',
          additionalProperties: false,
          properties: { token: { type: 'string', description: 'Who may.', secret: true } },
        },
      },
      steps: { type: 'array', description: 'What is done.', items: { component: 'action' } },
    },
  },
}

const PATH = `${COMPONENTS}/driver-nested.md`
const registry = new Registry([PLUGIN])

test('the page of a component shows nested keys, each with its type, default and meaning', () => {
  const page = componentPages(registry).get(PATH) ?? assert.fail()
  for (const row of [
    '| `retry` | object |  | How often to try again. |',
    '| `retry.count` | integer | `3` | How often. Required. |',
    '| `targets` | array of object |  | Where to. |',
    '| `targets[].token` | string |  | Who may. Shown masked. |',
    '| `steps` | array of [actions](README.md#actions), each named by `action` |  | What is done. |',
  ])
    assert.ok(page.includes(row), `${row}\n${page}`)
})

test('nested keys are part of the reference: a page without one of them is incomplete', () => {
  const page = componentPages(registry).get(PATH) ?? ''
  const wanted = new Map([[PATH, reference(registry).get(PATH) ?? []]])
  assert.deepEqual(documentationGaps(wanted, new Map([[PATH, page]])), [])
  const without = page.replace(/^\| `targets\[\]\.token`.*\n/m, '')
  assert.deepEqual(documentationGaps(wanted, new Map([[PATH, without]])), [`${PATH}: targets[].token is not documented`])
})

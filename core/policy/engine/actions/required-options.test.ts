// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultCollectingHost } from '../../../../plugins/sysflow/testing/flatten-trace.js'
import type { ActionPlugin } from '../../../contract/plugin.js'
import { ActionInstance } from './action-instance.js'

const MARK: ActionPlugin = {
  kind: 'action',
  name: 'mark',
  contract: 2,
  summary: '',
  options: {
    type: 'object',
    additionalProperties: false,
    required: ['mark.text'],
    properties: { 'mark.text': { type: 'string', description: 'What is written.' } },
  },
  create: () => ({ run() {} }),
}

test('a rule with an action without a required option is refused', () => {
  assert.throws(() => new ActionInstance(MARK, {}, faultCollectingHost()), {
    code: 'SFP_CONFIG_MISSING_KEY',
    details: { component: 'stage "test"', key: 'mark.text', description: 'What is written.' },
  })
  assert.equal(new ActionInstance(MARK, { 'mark.text': 'x' }, faultCollectingHost()).name, 'mark')
})

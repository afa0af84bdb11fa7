// SPDX-License-Identifier: Apache-2.0
import type { ActionPlugin } from '../../contract/plugin.js'
import { pluginError } from '../../errors/plugin-error.js'

export const tagAction: ActionPlugin = {
  kind: 'action',
  name: 'tag',
  contract: 2,
  summary: 'adds a tag to the alert: tag:TEXT adds TEXT',
  options: { type: 'object', additionalProperties: false, properties: {} },
  isPartitionable: true,
  create: () => ({
    check(argument) {
      if (argument === '') throw pluginError('the tag is missing', { hint: 'write tag:TEXT' })
    },
    run(context) {
      context.addTag(context.argument)
    },
  }),
}

// SPDX-License-Identifier: Apache-2.0
import type { ActionPlugin } from '../../contract/plugin.js'
import { complaint } from '../../errors/plugin-fault.js'

export const tagAction: ActionPlugin = {
  kind: 'action',
  name: 'tag',
  contract: 1,
  summary: 'adds a tag to the alert: tag:TEXT adds TEXT',
  options: { type: 'object', additionalProperties: false, properties: {} },
  perTrace: true,
  create: () => ({
    check(argument) {
      if (argument === '') throw complaint('it has no tag to add', { mend: 'write tag:TEXT' })
    },
    run(hit) {
      hit.tag(hit.argument)
    },
  }),
}

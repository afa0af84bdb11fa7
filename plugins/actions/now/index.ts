// SPDX-License-Identifier: Apache-2.0
import type { ActionPlugin } from 'sfprocessor/plugin'

/** Tags each alert with the time at which it was raised. */
export const plugin: ActionPlugin = {
  kind: 'action',
  name: 'now',
  contract: 1,
  summary: 'tags the alert with the time of the clock, in nanoseconds since 1970',
  options: { type: 'object', additionalProperties: false, properties: {} },
  perTrace: true,
  create: () => ({
    run(hit) {
      hit.tag(`now_in_nanos:${BigInt(Date.now()) * 1_000_000n}`)
    },
  }),
}

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../contract/batch.js'
import type { Components, Plugin, PluginOf } from '../contract/plugin.js'
import type { RecordAdapter } from '../contract/record-adapter.js'

/** Components for a stage under test: these plugins, and these record adapters. */
export function componentsOf<B extends Batch>(
  adapters: readonly RecordAdapter<B>[],
  plugins: readonly Plugin[] = [],
): Components {
  const all = adapters as unknown as readonly RecordAdapter<Batch>[]
  return {
    all: kind => plugins.filter((plugin): plugin is PluginOf<typeof kind> => plugin.kind === kind),
    adapters: all,
    adapter: type => all.find(({ channel, evaluatedChannel }) => channel === type || evaluatedChannel === type),
  }
}

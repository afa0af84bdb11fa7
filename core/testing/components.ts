// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../contract/batch.js'
import type { Components, Plugin, PluginOf } from '../contract/plugin.js'
import type { Source } from '../contract/source.js'

/** Components for a stage under test: these plugins, and records of these sources. */
export function componentsOf<B extends Batch>(sources: readonly Source<B>[], plugins: readonly Plugin[] = []): Components {
  const all = sources as unknown as readonly Source<Batch>[]
  return {
    all: kind => plugins.filter((plugin): plugin is PluginOf<typeof kind> => plugin.kind === kind),
    sources: all,
    source: type => all.find(({ channel, judged }) => channel === type || judged === type),
  }
}

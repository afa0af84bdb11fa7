// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Plugin } from '../../contract/plugin.js'
import type { Source } from '../../contract/source.js'
import { OTEL_SOURCE } from '../../../plugins/otel/source.js'
import { SYSFLOW_SOURCE } from '../../../plugins/sysflow/attributes/source.js'

/** How records of a channel type are seen, by what is built in or comes with the plugin. */
export function sourceOf(type: string | undefined, plugin?: Plugin): Source<Batch> | undefined {
  const known = [SYSFLOW_SOURCE, OTEL_SOURCE, ...(plugin?.sources ?? [])] as unknown as readonly Source<Batch>[]
  return known.find(({ channel, judged }) => channel === type || judged === type)
}

// SPDX-License-Identifier: Apache-2.0

import { OTEL_ADAPTER } from '../../../plugins/otel/otel-adapter.js'
import { SYSFLOW_ADAPTER } from '../../../plugins/sysflow/attributes/sysflow-adapter.js'
import type { Batch } from '../../contract/batch.js'
import type { Plugin } from '../../contract/plugin.js'
import type { RecordAdapter } from '../../contract/record-adapter.js'

/** How records of a channel type are seen, by what is built in or comes with the plugin. */
export function adapterFor(type: string | undefined, plugin?: Plugin): RecordAdapter<Batch> | undefined {
  const adapters = [SYSFLOW_ADAPTER, OTEL_ADAPTER, ...(plugin?.adapters ?? [])] as unknown as readonly RecordAdapter<Batch>[]
  return adapters.find(({ channel, evaluatedChannel }) => channel === type || evaluatedChannel === type)
}

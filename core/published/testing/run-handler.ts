// SPDX-License-Identifier: Apache-2.0

import { SYSFLOW_ADAPTER } from '../../../plugins/sysflow/attributes/sysflow-adapter.js'
import { Flattener } from '../../../plugins/sysflow/reader/flattener.js'
import { IsolatedHandler } from '../../../plugins/sysflow/reader/isolated-handler.js'
import { SysFlowReader } from '../../../plugins/sysflow/reader/sysflow-reader.js'
import type { GenericHandlerPlugin } from '../../contract/plugin.js'
import { NEVER_ABORTED } from '../../contract/stage.js'
import { batchesOf, batchStream } from './batches.js'
import { testHost } from './host.js'
import { directoryOf, type TestRunResult, type TestSetup } from './run-stage.js'
import { settingsOf } from './settings.js'
import { Sink } from './sink.js'

/** Runs the stage `sysflowreader` with this handler over a trace. Rejects with the first thing that the handler throws. */
export async function runHandler(plugin: GenericHandlerPlugin, setup: TestSetup = {}): Promise<TestRunResult> {
  const outputType = plugin.offers[0]
  const host = testHost({ plugin, inputType: SYSFLOW_ADAPTER.channel, outputType, ...directoryOf(setup) })
  const handler = new IsolatedHandler(plugin.name, plugin.create(settingsOf(plugin, setup.options), host), host)
  const sink = new Sink(outputType, plugin)
  const reader = new SysFlowReader(new Flattener(setup.records?.batchSize), host, handler)
  const input = await batchesOf('sysflowchan', setup.records)
  try {
    await reader.open()
    await reader.run(batchStream(input), sink, NEVER_ABORTED)
    sink.close()
    const [failed] = host.faults
    if (failed) throw failed.fault.cause ?? failed.fault
    return { sent: sink.records, matches: sink.matches, ledger: reader.ledger, report: handler.report() ?? {}, host }
  } finally {
    await reader.close()
  }
}

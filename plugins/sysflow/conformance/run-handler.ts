// SPDX-License-Identifier: Apache-2.0
import {
  batchStream,
  CollectingSender,
  type ComponentSetup,
  directoryOf,
  NEVER_ABORTED,
  type SampleCatalog,
  settingsOf,
  type TestRunResult,
  testHost,
} from '../../../core/published/testing.js'
import { SYSFLOW_ADAPTER } from '../attributes/sysflow-adapter.js'
import { Flattener } from '../reader/flattener.js'
import type { HandlerPlugin } from '../reader/handler.js'
import { IsolatedHandler } from '../reader/isolated-handler.js'
import { SysFlowReader } from '../reader/sysflow-reader.js'
import { BLOCK_CHANNEL, type SysFlowSampleOptions } from './sysflow-samples.js'

/** Runs the stage `sysflowreader` with this handler over a trace. Rejects with the first error that the handler throws. */
export async function runHandlerOn(
  samples: SampleCatalog,
  plugin: HandlerPlugin,
  setup: ComponentSetup<SysFlowSampleOptions> = {},
): Promise<TestRunResult> {
  const outputType = plugin.offers[0]
  const host = testHost(samples, { plugin, inputType: SYSFLOW_ADAPTER.channel, outputType, ...directoryOf(setup) })
  const handler = new IsolatedHandler(plugin.name, plugin.create(settingsOf(plugin, setup.options), host), host)
  const sink = new CollectingSender(samples.adapterFor(outputType, plugin))
  const reader = new SysFlowReader(new Flattener(setup.records?.batchSize), host, handler)
  const input = await samples.batchesOf(BLOCK_CHANNEL, setup.records)
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

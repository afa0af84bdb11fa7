// SPDX-License-Identifier: Apache-2.0
import type { HandlerPlugin } from '../../contract/plugin.js'
import { Flattener } from '../../../plugins/sysflow/reader/flattener.js'
import { SYSFLOW_SOURCE } from '../../../plugins/sysflow/attributes/source.js'
import { ContainedHandler } from '../../../plugins/sysflow/reader/contained-handler.js'
import { SysFlowReader } from '../../../plugins/sysflow/reader/reader.js'
import { batchesOf, each } from './batches.js'
import { testHost } from './host.js'
import { directoryOf, NEVER, type Outcome, type Trial } from './run-stage.js'
import { settingsOf } from './settings.js'
import { Sink } from './sink.js'

/** Runs the stage `sysflowreader` with this handler over a trace. Rejects with the first thing that the handler throws. */
export async function runHandler(plugin: HandlerPlugin, trial: Trial = {}): Promise<Outcome> {
  const outputType = plugin.offers[0]
  const host = testHost({ plugin, inputType: SYSFLOW_SOURCE.channel, outputType, ...directoryOf(trial) })
  const handler = new ContainedHandler(plugin.name, plugin.create(settingsOf(plugin, trial.options), host), host)
  const sink = new Sink(outputType, plugin)
  const reader = new SysFlowReader(new Flattener(trial.given?.rows), host, handler)
  const input = await batchesOf('sysflowchan', trial.given)
  try {
    await reader.open()
    await reader.run(each(input), sink, NEVER)
    sink.close()
    const [failed] = host.faults
    if (failed) throw failed.fault.cause ?? failed.fault
    return { sent: sink.records, verdicts: sink.verdicts, ledger: reader.ledger, report: handler.report() ?? {}, host }
  } finally {
    await reader.close()
  }
}

// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../contract/batch.js'
import type { RuleMatches } from '../../contract/evaluated-batch.js'
import type { Ledger } from '../../contract/ledger.js'
import type { DriverPlugin, Options, ProcessorPlugin } from '../../contract/plugin.js'
import type { Report } from '../../contract/report.js'
import type { SampleOptions } from '../../contract/sample-records.js'
import type { Driver, Stage } from '../../contract/stage.js'
import { NEVER_ABORTED } from '../../contract/stage.js'
import { batchStream } from './fake-channels.js'
import { type TestHost, testHost } from './host.js'
import type { RecordSelection, SampleCatalog } from './sample-catalog.js'
import { settingsOf } from './settings.js'
import { CollectingSender, type SentRecord } from './sink.js'

/** How a component is created and what it is given. */
export interface ComponentSetup<O extends SampleOptions = SampleOptions> {
  readonly options?: Options
  /** Base of relative paths; default: the current directory. */
  readonly directory?: string
  readonly records?: RecordSelection<O>
}

export interface ProcessorTestSetup<O extends SampleOptions = SampleOptions> extends ComponentSetup<O> {
  /** Default: the first channel type that the processor accepts. */
  readonly inputType?: string
  /** Batches instead of sample records: for channel types without samples. */
  readonly input?: Iterable<Batch>
}

export interface DriverTestSetup extends Omit<ComponentSetup, 'records'> {
  readonly paths?: readonly string[]
  /** Number of sent records after which the driver is stopped. */
  readonly stopAfter?: number
}

/** The result of a whole life cycle: created, opened, run to the end, closed. */
export interface TestRunResult {
  /** Sent records as plain objects: their attributes, or the objects of a `ListBatch`. */
  readonly sent: readonly SentRecord[]
  /** Rule matches of each sent record. */
  readonly matches: readonly (RuleMatches | null)[]
  readonly ledger: Ledger
  readonly report: Report
  readonly host: TestHost
}

/** Runs a processor over records of one channel type. */
export async function runProcessor(
  samples: SampleCatalog,
  plugin: ProcessorPlugin,
  setup: ProcessorTestSetup = {},
): Promise<TestRunResult> {
  const options = settingsOf(plugin, setup.options)
  const inputType = setup.inputType ?? plugin.accepts[0] ?? ''
  const outputType = (plugin.offersWith?.(options) ?? plugin.offers)[0]
  const host = testHost(samples, { plugin, inputType, outputType, ...directoryOf(setup) })
  const input = setup.input ?? (await samples.batchesOf(inputType, setup.records))
  const sink = new CollectingSender(samples.adapterFor(outputType, plugin))
  return runToEnd(plugin.create(options, host), host, sink, stage => stage.run(batchStream(input), sink, NEVER_ABORTED))
}

/** Runs a driver to the end of its input, or until it has sent `stopAfter` records and is stopped. */
export async function runDriver(
  samples: SampleCatalog,
  plugin: DriverPlugin,
  setup: DriverTestSetup = {},
): Promise<TestRunResult> {
  const outputType = plugin.offers[0]
  const host = testHost(samples, { plugin, outputType, ...directoryOf(setup) })
  const sink = new CollectingSender(samples.adapterFor(outputType, plugin))
  const stop = new AbortController()
  const { stopAfter = Number.POSITIVE_INFINITY } = setup
  sink.onBatch = () => {
    if (sink.records.length >= stopAfter) stop.abort()
  }
  const driver = plugin.create(settingsOf(plugin, setup.options), setup.paths ?? [], host)
  return runToEnd(driver, host, sink, running => running.run(sink, stop.signal, NEVER_ABORTED))
}

async function runToEnd<C extends Stage | Driver>(
  component: C,
  host: TestHost,
  sink: CollectingSender,
  run: (component: C) => Promise<void>,
): Promise<TestRunResult> {
  try {
    await component.open?.()
    await run(component)
    sink.close()
    const { ledger } = component
    return { sent: sink.records, matches: sink.matches, ledger, report: component.report?.() ?? {}, host }
  } finally {
    await component.close?.()
  }
}

export const directoryOf = ({ directory }: { readonly directory?: string }): { readonly directory?: string } =>
  directory === undefined ? {} : { directory }

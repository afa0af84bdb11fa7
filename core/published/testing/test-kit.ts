// SPDX-License-Identifier: Apache-2.0
import { test } from 'node:test'
import type { Batch } from '../../contract/batch.js'
import type {
  ActionPlugin,
  DriverPlugin,
  EncoderPlugin,
  Plugin,
  PluginKind,
  ProcessorPlugin,
  TransportPlugin,
} from '../../contract/plugin.js'
import type { SampleOptions } from '../../contract/sample-records.js'
import type { ConformanceTest, SuiteSetup } from './conformance/conformance-test.js'
import { type ConformanceTests, checkPlugin, testsOfKind } from './conformance-suite.js'
import { type TestHost, type TestHostOptions, testHost } from './host.js'
import {
  type ActionTestSetup,
  type EncoderTestSetup,
  runAction,
  runEncoder,
  runTransport,
  type TransportTestSetup,
} from './run-component.js'
import { type DriverTestSetup, type ProcessorTestSetup, runDriver, runProcessor, type TestRunResult } from './run-stage.js'
import type { RecordSelection, SampleCatalog } from './sample-catalog.js'

/** The test functions for plugins, over the sample records of some families. `O`: the options of all these samples. */
export interface TestKit<O extends SampleOptions> {
  /** New batches as a channel of this type carries them, with one reference each, held by the caller. */
  batchesOf(channelType: string, records?: RecordSelection<O>): Promise<Batch[]>
  testHost(options?: TestHostOptions): TestHost
  runAction(plugin: ActionPlugin, setup?: ActionTestSetup<O>): ReturnType<typeof runAction>
  runDriver(plugin: DriverPlugin, setup?: DriverTestSetup): Promise<TestRunResult>
  runEncoder(plugin: EncoderPlugin, setup?: EncoderTestSetup<O>): ReturnType<typeof runEncoder>
  runProcessor(plugin: ProcessorPlugin, setup?: ProcessorTestSetup<O>): Promise<TestRunResult>
  runTransport(plugin: TransportPlugin, setup?: TransportTestSetup): ReturnType<typeof runTransport>
  /** Declares one node:test test for each conformance test of the plugin's kind. Tests that do not apply are skipped with the reason. */
  conformanceSuite(plugin: Plugin, setup?: SuiteSetup<O>): void
  /** The conformance tests of a kind, in the order of the suite. */
  conformanceTestsFor(kind: PluginKind): readonly ConformanceTest[]
  /** Rejects with a `ContractViolation`. Resolves to the reason if the test does not apply to the plugin, else to nothing. */
  runConformanceTest(test: ConformanceTest, plugin: Plugin, setup?: SuiteSetup<O>): Promise<string | undefined>
  /** Runs the conformance tests of draining within one test: after a stop every record is sent, released and accounted for. */
  verifyDrain(plugin: ProcessorPlugin | DriverPlugin, setup?: SuiteSetup<O>): Promise<void>
}

/** `familyTests`: conformance tests of the kinds that families define. */
export function createTestKit<O extends SampleOptions>(samples: SampleCatalog, familyTests: ConformanceTests): TestKit<O> {
  const conformanceTestsFor = (kind: PluginKind): readonly ConformanceTest[] => testsOfKind(kind, familyTests)
  return {
    batchesOf: (channelType, records) => samples.batchesOf(channelType, records),
    testHost: options => testHost(samples, options),
    runAction: (plugin, setup) => runAction(samples, plugin, setup),
    runDriver: (plugin, setup) => runDriver(samples, plugin, setup),
    runEncoder: (plugin, setup) => runEncoder(samples, plugin, setup),
    runProcessor: (plugin, setup) => runProcessor(samples, plugin, setup),
    runTransport: (plugin, setup) => runTransport(samples, plugin, setup),
    conformanceTestsFor,
    conformanceSuite(plugin, setup = {}) {
      for (const conformanceTest of conformanceTestsFor(plugin.kind))
        test(`${plugin.kind} "${plugin.name}": ${conformanceTest.name}`, async t => {
          const reason = await checkPlugin(samples, conformanceTest, plugin, setup)
          if (reason !== undefined) t.skip(reason)
        })
    },
    runConformanceTest: (conformanceTest, plugin, setup = {}) => checkPlugin(samples, conformanceTest, plugin, setup),
    async verifyDrain(plugin, setup = {}) {
      for (const conformanceTest of conformanceTestsFor(plugin.kind))
        if (conformanceTest.isDrainTest) await checkPlugin(samples, conformanceTest, plugin, setup)
    },
  }
}

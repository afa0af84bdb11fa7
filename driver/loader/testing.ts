// SPDX-License-Identifier: Apache-2.0
import type { Plugin } from '../../core/contract/plugin.js'
import {
  CollectingSender,
  type ComponentSetup,
  createTestKit,
  type RecordSelection,
  SampleCatalog,
  type SuiteSetup,
  type TestRunResult,
} from '../../core/published/testing.js'
import { OTEL_SAMPLES, type OtelSampleOptions } from '../../plugins/otel/otel-samples.js'
import { HANDLER_TESTS } from '../../plugins/sysflow/conformance/handler-tests.js'
import { runHandlerOn } from '../../plugins/sysflow/conformance/run-handler.js'
import { SYSFLOW_SAMPLES, type SysFlowSampleOptions } from '../../plugins/sysflow/conformance/sysflow-samples.js'
import type { HandlerPlugin } from '../../plugins/sysflow/reader/handler.js'

/**
 * The exports of `sfprocessor/testing` for tests of plugins: the record-agnostic test support of core with the sample records
 * and conformance tests of the built-in families. The program itself never loads this module.
 */
export {
  type ActionResult,
  assertGolden,
  type ConformanceTest,
  ContractViolation,
  chunkFromRecords,
  mockClock,
  recordsFromChunk,
  ruleMatches,
  type SentRecord,
  settingsOf,
  type TestClock,
  type TestHost,
  type TestHostOptions,
  type TestRunResult,
} from '../../core/published/testing.js'
export { sampleTrace } from '../../plugins/sysflow/conformance/sample-trace.js'

/** Options of the sample records of all built-in families. */
export interface BuiltInSampleOptions extends SysFlowSampleOptions, OtelSampleOptions {}

/** The records of a test: `trace` or `scenario` (SysFlow), `logs` (OpenTelemetry), `batchSize`, `evaluate`. */
export type TestRecords = RecordSelection<BuiltInSampleOptions>
/** How a component is created, and its input. */
export type TestSetup = ComponentSetup<BuiltInSampleOptions>
/** The inputs of the conformance tests. */
export type ConformanceSetup = SuiteSetup<BuiltInSampleOptions>

const SAMPLES = new SampleCatalog([SYSFLOW_SAMPLES, OTEL_SAMPLES])
const kit = createTestKit<BuiltInSampleOptions>(SAMPLES, { handler: HANDLER_TESTS })

export const {
  batchesOf,
  testHost,
  runAction,
  runDriver,
  runEncoder,
  runProcessor,
  runTransport,
  conformanceSuite,
  conformanceTestsFor,
  runConformanceTest,
  verifyDrain,
} = kit

/** Runs the stage `sysflowreader` with this handler over a trace. Rejects with the first error that the handler throws. */
export const runHandler = (plugin: HandlerPlugin, setup: TestSetup = {}): Promise<TestRunResult> =>
  runHandlerOn(SAMPLES, plugin, setup)

/** Receives the output of a component and copies its records. `plugin`: a plugin whose adapters are added to the known ones. */
export class Sink extends CollectingSender {
  constructor(channelType?: string, plugin?: Plugin) {
    super(SAMPLES.adapterFor(channelType, plugin))
  }
}

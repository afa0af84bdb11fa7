// SPDX-License-Identifier: Apache-2.0

export { NEVER_ABORTED } from '../contract/stage.js'
export {
  type ConformanceTest,
  ContractViolation,
  ensure,
  PluginUnderTest,
  type SuiteSetup,
  withUnit,
} from './testing/conformance/conformance-test.js'
export type { ConformanceTests } from './testing/conformance-suite.js'
export { batchStream } from './testing/fake-channels.js'
export { assertGolden } from './testing/golden.js'
export { type TestHost, type TestHostOptions, testHost } from './testing/host.js'
export { ruleMatches } from './testing/rule-matches.js'
export {
  type ActionResult,
  type ActionTestSetup,
  chunkFromRecords,
  type EncoderTestSetup,
  recordsFromChunk,
  type TransportTestSetup,
} from './testing/run-component.js'
export {
  type ComponentSetup,
  type DriverTestSetup,
  directoryOf,
  type ProcessorTestSetup,
  type TestRunResult,
} from './testing/run-stage.js'
export { type RecordSelection, SampleCatalog } from './testing/sample-catalog.js'
export { settingsOf } from './testing/settings.js'
export { CollectingSender, type SentRecord } from './testing/sink.js'
export { mockClock, type TestClock } from './testing/test-clock.js'
/**
 * The test support for plugins, for any kind of record. `sfprocessor/testing` (driver/loader/testing.ts) combines it with the
 * sample records of the built-in families.
 */
export { createTestKit, type TestKit } from './testing/test-kit.js'
export { TrackedBatch } from './testing/tracked-batch.js'

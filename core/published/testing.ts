// SPDX-License-Identifier: Apache-2.0

export { batchesOf, ruleMatches, type TestRecords } from './testing/batches.js'
export { type ConformanceSetup, type ConformanceTest, ContractViolation } from './testing/conformance/conformance-test.js'
/**
 * What authors of plugins test with, as `sfprocessor/testing`: records to work on, a host that keeps what it is told, a run
 * of each kind of plugin from `create` to `close`.
 */
export { conformanceSuite, conformanceTestsFor, runConformanceTest, verifyDrain } from './testing/conformance-suite.js'
export { assertGolden } from './testing/golden.js'
export { type TestHost, type TestHostOptions, testHost } from './testing/host.js'
export { sampleTrace } from './testing/package-root.js'
export {
  type ActionResult,
  chunkFromRecords,
  recordsFromChunk,
  runAction,
  runEncoder,
  runTransport,
} from './testing/run-component.js'
export { runHandler } from './testing/run-handler.js'
export { runDriver, runProcessor, type TestRunResult, type TestSetup } from './testing/run-stage.js'
export { settingsOf } from './testing/settings.js'
export { type SentRecord, Sink } from './testing/sink.js'
export { mockClock, type TestClock } from './testing/test-clock.js'

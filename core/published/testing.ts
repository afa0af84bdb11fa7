// SPDX-License-Identifier: Apache-2.0

export { batchesOf, type TestRecords, ruleMatches } from './testing/batches.js'
/**
 * What authors of plugins test with, as `sfprocessor/testing`: records to work on, a host that keeps what it is told, a run
 * of each kind of plugin from `create` to `close`.
 */
export { conformanceSuite, conformanceTestsFor, runConformanceTest, verifyDrain } from './testing/conformance-suite.js'
export { type TestClock, mockClock } from './testing/test-clock.js'
export { assertGolden } from './testing/golden.js'
export { type TestHostOptions, type TestHost, testHost } from './testing/host.js'
export { ContractViolation, type ConformanceSetup, type ConformanceTest } from './testing/conformance/conformance-test.js'
export { sampleTrace } from './testing/package-root.js'
export { runHandler } from './testing/run-handler.js'
export { type ActionResult, chunkFromRecords, recordsFromChunk, runAction, runEncoder, runTransport } from './testing/run-component.js'
export { type TestRunResult, runDriver, runProcessor, type TestSetup } from './testing/run-stage.js'
export { settingsOf } from './testing/settings.js'
export { type SentRecord, Sink } from './testing/sink.js'

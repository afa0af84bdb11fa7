// SPDX-License-Identifier: Apache-2.0

export { batchesOf, type Given, verdict } from './testing/batches.js'
/**
 * What authors of plugins test with, as `sfprocessor/testing`: records to work on, a host that keeps what it is told, a run
 * of each kind of plugin from `create` to `close`.
 */
export { battery, lawsFor, tryLaw, verifyDrain } from './testing/battery.js'
export { type Clock, stoppedClock } from './testing/clock.js'
export { golden } from './testing/golden.js'
export { type Surroundings, type TestHost, testHost } from './testing/host.js'
export { BrokenLaw, type Circumstances, type Law } from './testing/laws/law.js'
export { shippedTrace } from './testing/package-root.js'
export { runHandler } from './testing/run-handler.js'
export { type Deed, pageOf, recordsOf, runAction, runEncoder, runTransport } from './testing/run-part.js'
export { type Outcome, runDriver, runProcessor, type Trial } from './testing/run-stage.js'
export { settingsOf } from './testing/settings.js'
export { type SentRecord, Sink } from './testing/sink.js'

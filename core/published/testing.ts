// SPDX-License-Identifier: Apache-2.0

/**
 * What authors of plugins test with, as `sfprocessor/testing`: records to work on, a host that keeps what it is told, a run
 * of each kind of plugin from `create` to `close`.
 */
export { batchesOf, type Given, verdict } from './testing/batches.js'
export { type Surroundings, type TestHost, testHost } from './testing/host.js'
export { shippedTrace } from './testing/package-root.js'
export { type Deed, pageOf, recordsOf, runAction, runEncoder, runTransport } from './testing/run-part.js'
export { type Outcome, runDriver, runProcessor, type Trial } from './testing/run-stage.js'
export { settingsOf } from './testing/settings.js'
export { type SentRecord, Sink } from './testing/sink.js'

// SPDX-License-Identifier: Apache-2.0

export type { TraceRecord } from '../avro/trace-record.js'
export { encodeRecord } from '../avro/trace-writer.js'
/**
 * The module `sfprocessor/scenario`: simulated systems. It turns a scenario (docs/scenarios.md) into SysFlow records, one by
 * one.
 */
export { readScenario } from '../scenario/read-scenario.js'
export type { Scenario } from '../scenario/scenario.js'
export { simulate } from '../scenario/simulate/simulate.js'

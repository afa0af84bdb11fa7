// SPDX-License-Identifier: Apache-2.0

import { MatchBuffer } from '../../core/policy/compile/match-buffer.js'
import { createPlan } from '../../core/policy/compile/plan.js'
import { OTEL_ADAPTER } from '../../plugins/otel/otel-adapter.js'
import { logRecords, logRules } from '../inputs/log-records.js'

/**
 * `log-rules.js RULES TIMES`: evaluates RULES rules on 100,000 OpenTelemetry log records, TIMES times. Prints the number of
 * evaluated records and of records that matched a rule.
 */
const [rules = '3000', times = '1'] = process.argv.slice(2)
const batches = logRecords(100_000)
const policyPlan = createPlan(logRules(Number(rules)), OTEL_ADAPTER)
const matchBuffer = new MatchBuffer()
let records = 0
let matched = 0
for (let round = 0; round < Number(times); round++)
  for (const batch of batches) {
    policyPlan.evaluate(batch, false, matchBuffer)
    records += batch.length
    matched += matchBuffer.matched
  }
process.stderr.write(`${JSON.stringify({ records, matched })}\n`)

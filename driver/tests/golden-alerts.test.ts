// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { severityLevelOf } from '../../core/contract/evaluated-batch.js'
import { ChunkBuffer } from '../../core/exporter/chunk-buffer.js'
import { MatchBuffer } from '../../core/policy/compile/match-buffer.js'
import { createPlan } from '../../core/policy/compile/plan.js'
import { loadPolicies } from '../../core/policy/language/load.js'
import type { Policy } from '../../core/policy/policy.js'
import { shared, withoutShared } from '../../core/testing/shared.js'
import { SYSFLOW_ATTRIBUTES } from '../../plugins/sysflow/attributes/attributes.js'
import { SYSFLOW_ADAPTER } from '../../plugins/sysflow/attributes/sysflow-adapter.js'
import { JsonEncoder } from '../../plugins/sysflow/encoders/json-encoder.js'
import {
  type AlertDifference,
  RUNTIMEINTEGRITY_AFFECTED,
  RUNTIMEINTEGRITY_DIFFERENCES,
} from '../../plugins/sysflow/testing/alert-differences.js'
import { flattenTrace } from '../../plugins/sysflow/testing/flatten-trace.js'
import { applyDifferences, firstDifference, goldenFiles, parseLine } from '../../plugins/sysflow/testing/golden.js'
import { type GoldenRecord, JSON_DIFFERENCES } from '../../plugins/sysflow/testing/known-differences.js'
import { correlatedEvents, type OracleEvent } from '../../plugins/sysflow/testing/oracle.js'

const RULE_SETS: readonly [string, string, readonly AlertDifference[], Readonly<Record<string, number>>, number][] = [
  ['alerts-distribution', 'distribution', [], {}, 8718],
  ['alerts-runtimeintegrity', 'runtimeintegrity', RUNTIMEINTEGRITY_DIFFERENCES, RUNTIMEINTEGRITY_AFFECTED, 2248],
]

for (const [folder, policies, differences, expectedTouched, expectedAlerts] of RULE_SETS) {
  const touched = new Map<string, number>()
  let alerts = 0

  for (const golden of goldenFiles(folder)) {
    test(`${golden.trace} gives the alerts of golden/${folder} except for the listed differences`, async () => {
      const { policy } = loadPolicies([shared('policies', policies)], SYSFLOW_ATTRIBUTES, SYSFLOW_ADAPTER.recordTypes)
      const ours = await judgedRecords(golden.path, policy)
      let next = 0
      let index = 0
      for (const truth of correlatedEvents(golden.path)) {
        const record = ours.get(index++)
        const theirs = record && takeIfSame(golden.lines[next], record, truth)
        if (theirs) next++
        const expected = rulesOf(theirs).flatMap(rule => asWeSee(rule, truth, differences, touched))
        assert.deepEqual(rulesOf(record), expected, `rules of record ${index}`)
        const changed = rulesOf(theirs).filter(rule => !expected.includes(rule))
        const added = expected.filter(rule => !rulesOf(theirs).includes(rule))
        const tags = [...without((theirs?.tags ?? []) as unknown as string[], tagsOf(policy, changed)), ...tagsOf(policy, added)]
        const ourTags = (record?.tags ?? []) as unknown as string[]
        if (changed.length === 0) assert.deepEqual(ourTags, tags, `tags of record ${index}`)
        else assert.deepEqual(ourTags.toSorted(), tags.toSorted(), `tags of record ${index}`)
      }
      assert.equal(next, golden.lines.length, 'every alert of the reference belongs to a record')
      alerts += next
    })
  }

  test(`the listed differences of golden/${folder} affect exactly the listed alerts`, { skip: withoutShared }, () => {
    assert.equal(alerts, expectedAlerts)
    assert.deepEqual(Object.fromEntries(touched), expectedTouched)
  })
}

/** Records that no filter drops, by their index in the trace, as they are exported in mode enrich. */
async function judgedRecords(trace: string, policy: Policy): Promise<Map<number, GoldenRecord>> {
  const judge = createPlan(policy, SYSFLOW_ADAPTER)
  const matchBuffer = new MatchBuffer()
  const encoder = new JsonEncoder()
  const chunkBuffer = new ChunkBuffer()
  const records = new Map<number, GoldenRecord>()
  await flattenTrace(trace, rows => {
    judge.evaluate(rows, true, matchBuffer)
    rows.retain()
    const judged = matchBuffer.toBatch(rows)
    chunkBuffer.clear()
    encoder.encode(judged, 0, judged.length, chunkBuffer)
    const lines = Buffer.from(chunkBuffer.chunk().bytes).toString('utf8').split('\n')
    for (const [at, row] of judged.rows.entries()) records.set(rows.firstRecordNumber - 1 + row, parseLine(lines[at] ?? ''))
    judged.release()
  })
  return records
}

/** The alert of the reference, if it is for this record. */
function takeIfSame(line: string | undefined, record: GoldenRecord, truth: OracleEvent): GoldenRecord | undefined {
  if (line === undefined || !line.includes(`"ts":${String(record.ts)},`)) return undefined
  const golden = parseLine(line)
  const { policies: _rules, tags: _tags, ...fields } = golden
  const { policies: _ourRules, tags: _ourTags, ...ourFields } = record
  applyDifferences(fields, truth, JSON_DIFFERENCES, new Map())
  return firstDifference(fields, ourFields) === undefined ? golden : undefined
}

const rulesOf = (record: GoldenRecord | undefined): string[] =>
  ((record?.policies ?? []) as unknown as readonly { id: string; desc: string; priority: number }[]).map(
    ({ id, desc, priority }) => `${id}|${priority}|${desc}`,
  )

function asWeSee(
  rule: string,
  truth: OracleEvent,
  differences: readonly AlertDifference[],
  touched: Map<string, number>,
): string[] {
  const found = differences.find(difference => rule.startsWith(`${difference.rule}|`) && difference.misses(truth))
  if (!found) return [rule]
  touched.set(`${found.quirk} ${found.rule}`, (touched.get(`${found.quirk} ${found.rule}`) ?? 0) + 1)
  return found.instead ? [found.instead] : []
}

/** Tags of rules as displayed; several rules that look equal are used in the order of the policy. */
function tagsOf(policy: Policy, rules: readonly string[]): string[] {
  const left = [...policy.rules]
  return rules.flatMap(shown => {
    const at = left.findIndex(rule => shown === `${rule.name}|${severityLevelOf(rule.priority)}|${rule.description}`)
    return left.splice(at, 1)[0]?.tags ?? []
  })
}

/** `list` without one of each of `removed`. */
function without(list: readonly string[], removed: readonly string[]): string[] {
  const left = [...list]
  for (const one of removed) left.splice(left.indexOf(one), 1)
  return left
}

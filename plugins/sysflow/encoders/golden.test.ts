// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Encoder } from '../../../core/contract/exporter.js'
import { withoutShared } from '../../../core/testing/shared.js'
import type { EventColumns } from '../reader/event-columns.js'
import { encodeTraceLines } from '../testing/flatten-trace.js'
import { applyDifferences, firstDifference, goldenFiles, parseLine } from '../testing/golden.js'
import {
  ECS_AFFECTED,
  ECS_DIFFERENCES,
  JSON_AFFECTED,
  JSON_DIFFERENCES,
  type KnownDifference,
} from '../testing/known-differences.js'
import { correlatedEvents } from '../testing/oracle.js'
import { EcsEncoder } from './ecs-encoder.js'
import { JsonEncoder } from './json-encoder.js'

const FORMATS: readonly [
  string,
  () => Encoder<EventColumns>,
  readonly KnownDifference[],
  Readonly<Record<string, number>>,
  number,
][] = [
  ['all', () => new JsonEncoder(), JSON_DIFFERENCES, JSON_AFFECTED, 40],
  ['ecs', () => new EcsEncoder('0.7.0'), ECS_DIFFERENCES, ECS_AFFECTED, 28],
]

for (const [folder, encoder, differences, expected, files] of FORMATS) {
  const touched = new Map<string, number>()
  const goldens = goldenFiles(folder)

  for (const golden of goldens) {
    test(`${golden.trace} gives the reference's ${folder} records, field by field, except for the listed differences`, async () => {
      const ours = await encodeTraceLines(golden.path, encoder())
      assert.equal(ours.length, golden.lines.length)
      let index = 0
      for (const truth of correlatedEvents(golden.path)) {
        const record = parseLine(golden.lines[index] ?? '')
        applyDifferences(record, truth, differences, touched)
        const difference = firstDifference(record, parseLine(ours[index] ?? ''))
        if (difference) assert.fail(`record ${index + 1}: ${difference}`)
        index++
      }
      assert.equal(index, ours.length)
    })
  }

  test(`the listed differences of golden/${folder} affect exactly the listed records`, { skip: withoutShared }, () => {
    assert.equal(goldens.length, files)
    assert.deepEqual(Object.fromEntries(touched), expected)
  })
}

/**
 * From the end of Appendix B: the exported records in mode enrich without policies. The nodejs traces, which the reference
 * cannot read, are not included.
 */
const RECORDS: Readonly<Record<string, number>> = {
  'processor/tcp.sf': 10,
  'processor/httpd.sf': 5,
  'processor/shellshock.sf': 56,
  'processor/1621959914': 5822,
  'processor/mon.1531776682.sf': 18755,
  'processor/mon.1531776712.sf': 6325,
  'processor/mon.1531776742.sf': 20025,
  'collector/namespaces/setns.sf': 408,
  'collector/objectstore/download.sf': 236,
  'collector/mpm-worker/full_capture.sf': 4680,
  'collector/alpine/alpine.sf': 24,
  'collector/files/files.sf': 21,
  'collector/files/filesat.sf': 22,
  'collector/rename/rename.sf': 28,
  'collector/rename/rename2at.sf': 12,
  'collector/setuid/setuid.sf': 12,
  'collector/nginx/nginx.sf': 55,
}

test('mode enrich without policies exports the counts of Appendix B', { skip: withoutShared }, () => {
  // Each golden file has as many lines as we write records; the assertion above checks this.
  const counts = new Map(goldenFiles('all').map(({ trace, lines }) => [trace, lines.length]))
  for (const [trace, records] of Object.entries(RECORDS)) assert.equal(counts.get(trace), records, trace)
})

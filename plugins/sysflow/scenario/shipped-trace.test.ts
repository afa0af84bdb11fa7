// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { writeTrace } from '../avro/trace-writer.js'
import { readScenario } from './read-scenario.js'
import { simulate } from './simulate/simulate.js'

const SCENARIO = join('resources', 'scenarios', 'webshell.yaml')
const TRACE = join('resources', 'traces', 'webshell.sf')

test('the shipped trace equals the output of its scenario', () => {
  const made = writeTrace(simulate(readScenario(readFileSync(SCENARIO, 'utf8'), SCENARIO)))
  const shipped = readFileSync(TRACE)
  assert.deepEqual(unpacked(made), unpacked(shipped))
  // The splits of deflate may differ between processors; the decompressed bytes may not.
  if (process.arch === 'x64') assert(made.equals(shipped))
})

test('the shipped trace is small', () => {
  assert(statSync(TRACE).size < 60_000)
})

/** Header and decompressed blocks. */
function unpacked(trace: Buffer): Buffer[] {
  const marker = trace.subarray(-16)
  const parts: Buffer[] = []
  for (let start = 0; start < trace.length; ) {
    const end = trace.indexOf(marker, start)
    const part = trace.subarray(start, end)
    parts.push(start === 0 ? part : inflateRawSync(part.subarray(behindVarint(part, behindVarint(part, 0)))))
    start = end + 16
  }
  return parts
}

function behindVarint(bytes: Buffer, from: number): number {
  let at = from
  while ((bytes[at] ?? 0) > 127) at++
  return at + 1
}

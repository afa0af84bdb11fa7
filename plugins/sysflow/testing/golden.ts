// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { shared } from '../../../core/testing/shared.js'
import type { GoldenRecord, KnownDifference } from './known-differences.js'
import type { OracleEvent } from './oracle.js'

/** The reference's output for one recorded trace. */
export interface GoldenFile {
  /** Path below the folder of traces. */
  readonly trace: string
  readonly path: string
  readonly lines: readonly string[]
}

/** The golden files in a folder of `shared/golden`, each with its trace. */
export function goldenFiles(folder: string): readonly GoldenFile[] {
  const names = existsSync(shared('golden', folder)) ? readdirSync(shared('golden', folder)) : []
  const traces = new Map(recordedTraces().map(path => [`${relative(shared('traces'), path).replaceAll('/', '_')}.json.gz`, path]))
  return names.sort().map(name => {
    const path = traces.get(name) ?? ''
    const text = gunzipSync(readFileSync(shared('golden', folder, name))).toString('utf8')
    return { trace: relative(shared('traces'), path), path, lines: text.split('\n').filter(line => line !== '') }
  })
}

/** Paths of all recorded traces. */
export function recordedTraces(): readonly string[] {
  if (!existsSync(shared('traces'))) return []
  return readdirSync(shared('traces'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !/\.(md|txt)$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
}

/** Parses a line. Numbers that do not fit a double become texts, so no digit is lost in the comparison. */
export const parseLine = (line: string): GoldenRecord => JSON.parse(line.replace(/([:,[])(-?\d{16,})(?=[,}\]])/g, '$1"$2"'))

/** Applies the known differences, and counts the affected records by quirk. */
export function applyDifferences(
  golden: GoldenRecord,
  truth: OracleEvent,
  differences: readonly KnownDifference[],
  affected: Map<string, number>,
): void {
  for (const difference of differences) {
    if (difference.correct(golden, truth)) affected.set(difference.quirk, (affected.get(difference.quirk) ?? 0) + 1)
  }
}

/** Compares keys, their order and values. Returns a short description of the first difference, or undefined. */
export function firstDifference(golden: GoldenRecord, ours: GoldenRecord): string | undefined {
  const expected = JSON.stringify(golden)
  const actual = JSON.stringify(ours)
  if (expected === actual) return undefined
  let at = 0
  while (expected[at] === actual[at]) at++
  return `expected …${expected.slice(Math.max(0, at - 80), at + 100)}… but got …${actual.slice(Math.max(0, at - 20), at + 100)}…`
}

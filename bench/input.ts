// SPDX-License-Identifier: Apache-2.0
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CONTAINER_BLOCK, CONTAINER_HEADER } from '../core/testing/avro-container.js'

/** A large trace, made by repeating the blocks of a small one under its header. */
export interface Input {
  readonly path: string
  readonly bytes: number
  /** Avro records in it, entities included. */
  readonly records: number
}

/**
 * Repeats the blocks of `trace` so often. Each repetition begins with the trace's own header record, which clears all entity
 * tables, so nothing that was kept for an earlier repetition is of any use in the next: its processes and files are new ones.
 * The result is kept in the temporary folder and made once.
 */
export function repeated(trace: string, times: number): Input {
  const source = readFileSync(trace)
  const { start, records } = outline(source)
  const folder = join(tmpdir(), 'sfprocessor-bench')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${trace.split('/').slice(-2).join('-')}-x${times}.sf`)
  const blocks = source.subarray(start)
  const bytes = start + blocks.length * times
  if (!existsSync(path)) {
    const file = openSync(`${path}.part`, 'w')
    writeSync(file, source, 0, start)
    for (let n = 0; n < times; n++) writeSync(file, blocks)
    closeSync(file)
    renameSync(`${path}.part`, path)
  }
  return { path, bytes, records: records * times }
}

/** Where the first block begins, and how many records all blocks claim. */
function outline(source: Buffer): { start: number; records: number } {
  const start = CONTAINER_HEADER.decode(source).offset
  let records = 0
  for (let at = start; at < source.length; ) {
    const { value, offset } = CONTAINER_BLOCK.decode(source, at)
    records += value.count
    at = offset
  }
  return { start, records }
}

// SPDX-License-Identifier: Apache-2.0
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import avsc from 'avsc'

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
  const start = (HEADER.decode(source) as { offset: number }).offset
  let records = 0
  for (let at = start; at < source.length; ) {
    const { value, offset } = BLOCK.decode(source, at) as { value: { count: number }; offset: number }
    records += value.count
    at = offset
  }
  return { start, records }
}

const HEADER = avsc.Type.forSchema({
  type: 'record',
  name: 'Header',
  fields: [
    { name: 'magic', type: { type: 'fixed', name: 'Magic', size: 4 } },
    { name: 'meta', type: { type: 'map', values: 'bytes' } },
    { name: 'sync', type: { type: 'fixed', name: 'Sync', size: 16 } },
  ],
})

const BLOCK = avsc.Type.forSchema({
  type: 'record',
  name: 'Block',
  fields: [
    { name: 'count', type: 'long' },
    { name: 'data', type: 'bytes' },
    { name: 'sync', type: { type: 'fixed', name: 'BlockSync', size: 16 } },
  ],
})

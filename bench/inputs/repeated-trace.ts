// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { deflateRaw, inflateRawSync } from 'node:zlib'
import { parseWriterSchema } from '../../plugins/sysflow/avro/writer-schema.js'
import { type AvroContainerHeader, CONTAINER_BLOCK, CONTAINER_HEADER } from '../../plugins/sysflow/testing/avro-container.js'
import { encodeVarint } from './avro-wire.js'
import { BlockTemplate } from './block-template.js'
import { cachedInput } from './cached-input.js'

/** The input of a run. */
export interface BenchInput {
  /** A trace, or a folder of traces. */
  readonly path: string
  readonly bytes: number
  /** Number of Avro records, including entities. */
  readonly records: number
  /** The repeated trace and the number of repetitions: all counts of the program must be multiplied by it. */
  readonly repeats?: { readonly trace: string; readonly times: number }
}

/**
 * The blocks of a trace, repeated under its header, each time with other identities and clocks (see `BlockTemplate`). Each
 * repetition begins with the trace's header record, like the files of a collector that starts a new one from time to time.
 */
export async function repeatedTrace(trace: string, times: number): Promise<BenchInput> {
  const source = readFileSync(trace)
  const path = await cachedInput(`${nameOf(trace, source)}-x${times}.sf`, path => writeRepetitions(source, path, 0, times))
  return { path, bytes: statSync(path).size, records: countRecords(source) * times, repeats: { trace, times } }
}

/** The same as a folder of `files` traces, with `times` repetitions in each. */
export async function repeatedTraceFolder(trace: string, files: number, times: number): Promise<BenchInput> {
  const source = readFileSync(trace)
  const fileIn = (folder: string, file: number) => join(folder, `trace.${file}`)
  const path = await cachedInput(`${nameOf(trace, source)}-${files}x${times}`, async path => {
    mkdirSync(path, { recursive: true })
    for (let file = 0; file < files; file++) await writeRepetitions(source, fileIn(path, file), file * times, times)
  })
  const sizes = Array.from({ length: files }, (_, file) => statSync(fileIn(path, file)).size)
  return {
    path,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    records: countRecords(source) * files * times,
    repeats: { trace, times: files * times },
  }
}

/** The number of repetitions of a trace for about `records` records, at least one. */
export const repetitionsFor = (trace: string, records: number): number =>
  Math.max(1, Math.round(records / countRecords(readFileSync(trace))))

const nameOf = (trace: string, bytes: Buffer): string =>
  `${basename(trace)}-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}`

function countRecords(source: Buffer): number {
  let records = 0
  for (const block of readContainer(source).blocks) records += block.count
  return records
}

async function writeRepetitions(source: Buffer, path: string, first: number, times: number): Promise<void> {
  const { header, start, blocks } = readContainer(source)
  const schema = parseWriterSchema(String(header.meta['avro.schema']))
  const codec = String(header.meta['avro.codec'] ?? 'null')
  if (codec !== 'null' && codec !== 'deflate') throw new Error(`blocks packed with "${codec}" are not repeated here`)
  const isDeflated = codec === 'deflate'
  const templates = blocks.map(({ count, data }) => new BlockTemplate(schema, isDeflated ? inflateRawSync(data) : data, count))
  const file = openSync(path, 'w')
  try {
    writeSync(file, source, 0, start)
    for (let number = first; number < first + times; number++) {
      const plain = templates.map(template => template.render(number))
      const packed = isDeflated ? await Promise.all(plain.map(block => deflate(block))) : plain
      for (const [index, data] of packed.entries())
        writeSync(file, Buffer.concat([encodeVarint(blocks[index]?.count ?? 0), encodeVarint(data.length), data, header.sync]))
    }
  } finally {
    closeSync(file)
  }
}

const deflate = promisify<Buffer, Buffer>(deflateRaw)

interface Block {
  readonly count: number
  readonly data: Buffer
}

/** `start`: offset of the first block. */
function readContainer(source: Buffer): { header: AvroContainerHeader; start: number; blocks: readonly Block[] } {
  const { value: header, offset: start } = CONTAINER_HEADER.decode(source)
  const blocks: Block[] = []
  for (let position = start; position < source.length; ) {
    const { value, offset } = CONTAINER_BLOCK.decode(source, position)
    blocks.push(value)
    position = offset
  }
  return { header, start, blocks }
}

// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { Framing } from '../../contract/exporter.js'
import { codeOf } from '../../errors/reason.js'
import { type ChainLine, MAX_CHAIN_LINE_LENGTH, parseChainLine } from './chain-line.js'

/** The end of a chain file. */
export interface ChainTail {
  readonly last: ChainLine
  /** The last line about bytes of the export file, if it is near the end of the chain file. */
  readonly lastContent: ChainLine | undefined
  /** Bytes up to and including the last line; what follows is torn or damaged. */
  readonly size: number
  /** Bytes after the last line. */
  readonly tornBytes: number
}

/** Undefined if the file is missing or empty; null if its end contains no line of a chain. */
export async function readChainTail(path: string): Promise<ChainTail | undefined | null> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    const { size } = await file.stat()
    if (size === 0) return undefined
    const length = Math.min(size, MAX_TAIL_BYTES)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
    return chainTailOf(buffer.subarray(0, bytesRead), size)
  } finally {
    await file.close()
  }
}

const MAX_TAIL_BYTES = 32 * MAX_CHAIN_LINE_LENGTH

function chainTailOf(bytes: Buffer, size: number): ChainTail | null {
  let last: ChainLine | undefined
  let end = 0
  for (let to = bytes.lastIndexOf(LINE_FEED); to >= 0; ) {
    const before = to === 0 ? -1 : bytes.lastIndexOf(LINE_FEED, to - 1)
    const line = parseChainLine(bytes.toString('latin1', before + 1, to))?.line
    if (line && !last) {
      last = line
      end = size - bytes.length + to + 1
    }
    if (last && line && (line.kind === 'page' || line.kind === 'found' || line.kind === 'lost')) {
      return { last, lastContent: line, size: end, tornBytes: size - end }
    }
    to = before
  }
  return last ? { last, lastContent: undefined, size: end, tornBytes: size - end } : null
}

const LINE_FEED = 0x0a

/**
 * SHA-256 of a range of bytes of a file, and the number of records that end in it, which are its lines. With the framing `raw`
 * records cannot be counted: 0.
 */
export async function hashContent(
  path: string,
  from: number,
  to: number,
  framing: Framing = 'lines',
): Promise<{ content: string; records: number }> {
  const hash = createHash('sha256')
  let records = 0
  if (to > from) {
    for await (const chunk of createReadStream(path, { start: from, end: to - 1 })) {
      hash.update(chunk)
      if (framing === 'lines') for (const byte of chunk) if (byte === LINE_FEED) records++
    }
  }
  return { content: hash.digest('hex'), records }
}

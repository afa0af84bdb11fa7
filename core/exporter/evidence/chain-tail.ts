// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { Framing } from '../../contract/exporter.js'
import { codeOf } from '../../errors/reason.js'
import { type ChainLine, MAX_CHAIN_LINE_LENGTH, parseChainLine } from './chain-line.js'

/** How a chain file ends. */
export interface ChainTail {
  readonly last: ChainLine
  /** The last line that tells of bytes of the export file, if it is near the end. */
  readonly lastContent: ChainLine | undefined
  /** Bytes up to and with the last line; what follows is torn or damaged. */
  readonly size: number
  /** Bytes behind it. */
  readonly tornBytes: number
}

/** Undefined if there is no such file, or nothing in it; null if none of what it ends with is a line of a chain. */
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

/** SHA-256 of some bytes of a file, and the records that end in them: its lines. With the framing `raw` nothing tells them apart: 0. */
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

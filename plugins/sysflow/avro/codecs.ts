// SPDX-License-Identifier: Apache-2.0
import { crc32, inflateRaw, inflateRawSync } from 'node:zlib'
import { messageOf } from '../../../core/errors/reason.js'
import { decompressSnappy } from './snappy.js'

/** Returns the decompressed bytes of a block, or a description of the error. Never rejects. */
export type Decompress = (compressed: Buffer) => Buffer | string | Promise<Buffer | string>

export interface Codec {
  readonly decompress: Decompress
  /** Maximum decompressed size for this number of compressed bytes. */
  readonly maxBytes: (compressed: number) => number
}

/** Maximum decompressed size of one block. The collector's blocks have 64 kB to 1 MB, and several are pending at any time. */
export const MAX_BLOCK_BYTES = 16 * 1024 * 1024

export const CODEC_NAMES = ['null', 'deflate', 'snappy'] as const

/**
 * Creates a codec for one file: it adapts to the compression ratio of the last block. `isAsync`: other threads decompress
 * larger blocks.
 */
export function createCodec(name: string, isAsync: boolean): Codec | undefined {
  switch (name) {
    case 'null':
      return { decompress: compressed => compressed, maxBytes: compressed => compressed }
    case 'deflate':
      // DEFLATE compresses at most 1032 bytes into one.
      return {
        decompress: createInflate(isAsync ? MIN_ASYNC_BYTES : Number.POSITIVE_INFINITY),
        maxBytes: compressed => Math.min(MAX_BLOCK_BYTES, compressed * 1032 + 64),
      }
    case 'snappy':
      return { decompress: decompressSnappyWithChecksum, maxBytes: compressed => Math.min(MAX_BLOCK_BYTES, compressed * 22) }
    default:
      return undefined
  }
}

/** Smaller blocks are decompressed synchronously: the round trip to another thread takes longer. */
const MIN_ASYNC_BYTES = 1024

function createInflate(minAsyncBytes: number): Decompress {
  let ratio = 8
  return compressed => {
    if (compressed.length === 0) return compressed
    // One output buffer that holds everything saves a thread round trip for each further buffer.
    const chunkSize = Math.min(MAX_BLOCK_BYTES, Math.max(16 * 1024, Math.ceil(compressed.length * ratio * 1.25)))
    const options = { maxOutputLength: MAX_BLOCK_BYTES, chunkSize }
    if (compressed.length < minAsyncBytes) {
      try {
        return inflateRawSync(compressed, options)
      } catch (error) {
        return inflateFailure(error)
      }
    }
    return new Promise(resolve =>
      inflateRaw(compressed, options, (error, plain) => {
        if (error) resolve(inflateFailure(error))
        else {
          ratio = Math.min(64, Math.max(2, plain.length / compressed.length))
          resolve(plain)
        }
      }),
    )
  }
}

function inflateFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ERR_BUFFER_TOO_LARGE') return `it decompresses to more than ${MAX_BLOCK_BYTES} bytes`
  return `it cannot be decompressed (${messageOf(error)})`
}

/** The compressed bytes are followed by a big-endian checksum of the decompressed bytes. */
function decompressSnappyWithChecksum(compressed: Buffer): Buffer | string {
  if (compressed.length < 5) return 'it is too short for its checksum'
  const plain = decompressSnappy(compressed.subarray(0, -4), MAX_BLOCK_BYTES)
  if (typeof plain === 'string') return `it cannot be decompressed (${plain})`
  return crc32(plain) === compressed.readUInt32BE(compressed.length - 4) ? plain : 'wrong checksum'
}

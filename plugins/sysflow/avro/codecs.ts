// SPDX-License-Identifier: Apache-2.0
import { crc32, inflateRaw, inflateRawSync } from 'node:zlib'
import { messageOf } from '../../../core/errors/reason.js'
import { decompressSnappy } from './snappy.js'

/** The plain bytes of a block, or what is wrong with it. Never rejects. */
export type Decompress = (compressed: Buffer) => Buffer | string | Promise<Buffer | string>

export interface Codec {
  readonly decompress: Decompress
  /** The most bytes that so many packed ones can become. */
  readonly maxBytes: (compressed: number) => number
}

/** Plain bytes of one block; blocks of the collector have 64 kB to 1 MB, and several wait to be read at any time. */
export const MAX_BLOCK_BYTES = 16 * 1024 * 1024

export const CODEC_NAMES = ['null', 'deflate', 'snappy'] as const

/** A codec for one file: it remembers how well the last block was packed. `isAhead`: other threads unpack larger blocks. */
export function createCodec(name: string, isAsync: boolean): Codec | undefined {
  switch (name) {
    case 'null':
      return { decompress: compressed => compressed, maxBytes: compressed => compressed }
    case 'deflate':
      // DEFLATE packs at most 1032 bytes into one.
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

/** Less than this is unpacked at once: the way to a thread and back takes longer. */
const MIN_ASYNC_BYTES = 1024

function createInflate(minAsyncBytes: number): Decompress {
  let ratio = 8
  return compressed => {
    if (compressed.length === 0) return compressed
    // One output buffer that holds everything saves a way to the thread and back per further one.
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
  if (code === 'ERR_BUFFER_TOO_LARGE') return `it inflates to more than ${MAX_BLOCK_BYTES} bytes`
  return `it does not inflate (${messageOf(error)})`
}

/** The packed bytes are followed by the checksum of the plain ones, most significant byte first. */
function decompressSnappyWithChecksum(compressed: Buffer): Buffer | string {
  if (compressed.length < 5) return 'it is too short for its checksum'
  const plain = decompressSnappy(compressed.subarray(0, -4), MAX_BLOCK_BYTES)
  if (typeof plain === 'string') return `it does not unpack (${plain})`
  return crc32(plain) === compressed.readUInt32BE(compressed.length - 4) ? plain : 'its checksum is wrong'
}

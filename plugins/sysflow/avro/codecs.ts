// SPDX-License-Identifier: Apache-2.0
import { crc32, inflateRaw, inflateRawSync } from 'node:zlib'
import { messageOf } from '../../../core/errors/reason.js'
import { unsnap } from './snappy.js'

/** The plain bytes of a block, or what is wrong with it. Never rejects. */
export type Unpack = (packed: Buffer) => Buffer | string | Promise<Buffer | string>

export interface Codec {
  readonly unpack: Unpack
  /** The most bytes that so many packed ones can become. */
  readonly most: (packed: number) => number
}

/** Plain bytes of one block; blocks of the collector have 64 kB to 1 MB, and several wait to be read at any time. */
export const LARGEST_BLOCK = 16 * 1024 * 1024

export const CODEC_NAMES = ['null', 'deflate', 'snappy'] as const

/** A codec for one file: it remembers how well the last block was packed. `isAhead`: other threads unpack larger blocks. */
export function codecNamed(name: string, isAhead: boolean): Codec | undefined {
  switch (name) {
    case 'null':
      return { unpack: packed => packed, most: packed => packed }
    case 'deflate':
      // DEFLATE packs at most 1032 bytes into one.
      return {
        unpack: inflater(isAhead ? SMALL : Number.POSITIVE_INFINITY),
        most: packed => Math.min(LARGEST_BLOCK, packed * 1032 + 64),
      }
    case 'snappy':
      return { unpack: unsnapChecked, most: packed => Math.min(LARGEST_BLOCK, packed * 22) }
    default:
      return undefined
  }
}

/** Less than this is unpacked at once: the way to a thread and back takes longer. */
const SMALL = 1024

function inflater(small: number): Unpack {
  let ratio = 8
  return packed => {
    if (packed.length === 0) return packed
    // One output buffer that holds everything saves a way to the thread and back per further one.
    const chunkSize = Math.min(LARGEST_BLOCK, Math.max(16 * 1024, Math.ceil(packed.length * ratio * 1.25)))
    const options = { maxOutputLength: LARGEST_BLOCK, chunkSize }
    if (packed.length < small) {
      try {
        return inflateRawSync(packed, options)
      } catch (error) {
        return reason(error)
      }
    }
    return new Promise(resolve =>
      inflateRaw(packed, options, (error, plain) => {
        if (error) resolve(reason(error))
        else {
          ratio = Math.min(64, Math.max(2, plain.length / packed.length))
          resolve(plain)
        }
      }),
    )
  }
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ERR_BUFFER_TOO_LARGE') return `it inflates to more than ${LARGEST_BLOCK} bytes`
  return `it does not inflate (${messageOf(error)})`
}

/** The packed bytes are followed by the checksum of the plain ones, most significant byte first. */
function unsnapChecked(packed: Buffer): Buffer | string {
  if (packed.length < 5) return 'it is too short for its checksum'
  const plain = unsnap(packed.subarray(0, -4), LARGEST_BLOCK)
  if (typeof plain === 'string') return `it does not unpack (${plain})`
  return crc32(plain) === packed.readUInt32BE(packed.length - 4) ? plain : 'its checksum is wrong'
}

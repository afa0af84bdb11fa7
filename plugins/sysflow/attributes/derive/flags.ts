// SPDX-License-Identifier: Apache-2.0
import { OPERATION } from '../../avro/operation-flags.js'

/** Names of the operations in a bitmap, in the documented order. Bits 8 and 9 of a network flow are RECV and SEND. */
export const operationNames = (bitmap: number, isNetworkFlow: boolean): readonly string[] =>
  namesIn(bitmap, isNetworkFlow ? NETWORK_OPERATIONS : OPERATIONS)

/** Names of the collector's open flags in a bitmap, in the documented order; NONE if no flag is set. */
export const openFlagNames = (bitmap: number): readonly string[] => (bitmap === 0 ? NONE : namesIn(bitmap, OPEN_FLAGS))

/** Open flag bits 0 and 1 (RDONLY, WRONLY; both: RDWR). */
export const isOpenForReading = (openFlags: number): boolean => (openFlags & 1) !== 0
export const isOpenForWriting = (openFlags: number): boolean => (openFlags & 2) !== 0

/**
 * Caches the result of `compute` by bitmap. Real traces have a few dozen bitmaps. When a trace exceeds `limit` bitmaps, the
 * cache is cleared, so it stays bounded.
 */
export function memoizeByBitmap<T>(compute: (bitmap: number) => T, limit = 1024): (bitmap: number) => T {
  const cache = new Map<number, T>()
  return bitmap => {
    const found = cache.get(bitmap)
    if (found !== undefined) return found
    const value = compute(bitmap)
    if (cache.size >= limit) cache.clear()
    cache.set(bitmap, value)
    return value
  }
}

type Flag = readonly [mask: number, name: string]

function namesIn(bitmap: number, flags: readonly Flag[]): readonly string[] {
  return flags.filter(([mask]) => (bitmap & mask) === mask).map(([, name]) => name)
}

const NONE: readonly string[] = ['NONE']

const OPERATIONS: readonly Flag[] = [
  [OPERATION.mkdir, 'MKDIR'],
  [OPERATION.rmdir, 'RMDIR'],
  [OPERATION.link, 'LINK'],
  [OPERATION.symlink, 'SYMLINK'],
  [OPERATION.unlink, 'UNLINK'],
  [OPERATION.rename, 'RENAME'],
  [OPERATION.clone, 'CLONE'],
  [OPERATION.exec, 'EXEC'],
  [OPERATION.exit, 'EXIT'],
  [OPERATION.setuid, 'SETUID'],
  [OPERATION.open, 'OPEN'],
  [OPERATION.accept, 'ACCEPT'],
  [OPERATION.connect, 'CONNECT'],
  [OPERATION.close, 'CLOSE'],
  [OPERATION.write, 'WRITE'],
  [OPERATION.read, 'READ'],
  [OPERATION.setns, 'SETNS'],
  [OPERATION.mmap, 'MMAP'],
  [OPERATION.shutdown, 'SHUTDOWN'],
  [OPERATION.truncate, 'TRUNCATE'],
  [OPERATION.digest, 'DIGEST'],
]

const NETWORK_OPERATIONS: readonly Flag[] = OPERATIONS.map(([mask, name]) => [
  mask,
  mask === OPERATION.read ? 'RECV' : mask === OPERATION.write ? 'SEND' : name,
])

const OPEN_FLAGS: readonly Flag[] = [
  [1, 'RDONLY'],
  [2, 'WRONLY'],
  [3, 'RDWR'],
  [4, 'CREAT'],
  [32, 'EXCL'],
  [256, 'TRUNC'],
  [8, 'APPEND'],
  [64, 'NONBLOCK'],
  [16, 'DSYNC'],
  [512, 'DIRECT'],
  [2048, 'LARGEFILE'],
  [1024, 'DIRECTORY'],
  [4096, 'CLOEXEC'],
  [128, 'SYNC'],
]

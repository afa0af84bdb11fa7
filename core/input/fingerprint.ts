// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import type { InputFileReader } from './file-tail.js'

/** The fingerprint of a file's beginning: `N:DIGEST`, the SHA-256 of its first N bytes. It stays valid while the file grows. */
export async function fileFingerprint(source: InputFileReader): Promise<string> {
  return formatFingerprint(await readBeginning(source, Math.min(await source.length(), MAX_FINGERPRINT_BYTES)))
}

/** Whether the file's beginning has this fingerprint. */
export async function matchesFingerprint(source: InputFileReader, fingerprint: string): Promise<boolean> {
  const length = Number.parseInt(fingerprint, 10)
  if (!(length <= Math.min(await source.length(), MAX_FINGERPRINT_BYTES))) return false
  return formatFingerprint(await readBeginning(source, length)) === fingerprint
}

/** More than a header and its schema, so that the fingerprint covers the first records. */
const MAX_FINGERPRINT_BYTES = 64 * 1024

const formatFingerprint = (bytes: Uint8Array): string => `${bytes.length}:${createHash('sha256').update(bytes).digest('hex')}`

async function readBeginning(source: InputFileReader, length: number): Promise<Uint8Array> {
  const bytes = Buffer.alloc(length)
  let at = 0
  while (at < length) {
    const read = await source.read(bytes, at, length - at, at)
    if (read === 0) break
    at += read
  }
  return bytes.subarray(0, at)
}

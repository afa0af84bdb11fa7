// SPDX-License-Identifier: Apache-2.0

/** Returns the decompressed bytes of a raw snappy block, or a description of the error. */
export function decompressSnappy(compressed: Uint8Array, maxBytes: number): Buffer | string {
  let at = 0
  let length = 0
  for (let shift = 0; ; shift += 7) {
    const byte = compressed[at++]
    if (byte === undefined || shift > 28) return 'no length'
    length += (byte & 127) * 2 ** shift
    if (byte < 128) break
  }
  // A copy of 64 bytes takes three bytes, so a larger claimed size is false, and no memory is allocated for it.
  if (length > maxBytes || length > compressed.length * 22) return `${length} bytes claimed by ${compressed.length}`
  const plain = Buffer.allocUnsafeSlow(length)
  let end = 0
  while (at < compressed.length) {
    const tag = compressed[at++] as number
    if ((tag & 3) === 0) {
      let count = tag >>> 2
      if (count >= 60) {
        const size = count - 59
        if (at + size > compressed.length) return TRUNCATED
        count = littleEndian(compressed, at, size)
        at += size
      }
      count++
      if (count > compressed.length - at || count > length - end) return TRUNCATED
      plain.set(compressed.subarray(at, at + count), end)
      at += count
      end += count
      continue
    }
    const size = (tag & 3) === 3 ? 4 : tag & 3
    if (at + size > compressed.length) return TRUNCATED
    const isShort = size === 1
    const count = isShort ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1
    const distance = littleEndian(compressed, at, size) + (isShort ? (tag >>> 5) << 8 : 0)
    at += size
    if (distance === 0 || distance > end || count > length - end) return 'a copy from outside'
    // Source and target may overlap: snappy encodes repetitions that way.
    for (const stop = end + count; end < stop; end++) plain[end] = plain[end - distance] as number
  }
  return end === length ? plain : TRUNCATED
}

const TRUNCATED = 'it ends early'

function littleEndian(bytes: Uint8Array, at: number, size: number): number {
  let value = 0
  for (let index = 0; index < size; index++) value += (bytes[at + index] as number) * 2 ** (8 * index)
  return value
}

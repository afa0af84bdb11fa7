// SPDX-License-Identifier: Apache-2.0

/** The plain bytes of a raw snappy block, or what is wrong with it. */
export function unsnap(packed: Uint8Array, maximum: number): Buffer | string {
  let at = 0
  let length = 0
  for (let shift = 0; ; shift += 7) {
    const byte = packed[at++]
    if (byte === undefined || shift > 28) return 'no length'
    length += (byte & 127) * 2 ** shift
    if (byte < 128) break
  }
  // A copy of 64 bytes takes three, so what claims to be more than that lies, and is not given memory.
  if (length > maximum || length > packed.length * 22) return `${length} bytes claimed by ${packed.length}`
  const plain = Buffer.allocUnsafeSlow(length)
  let end = 0
  while (at < packed.length) {
    const tag = packed[at++] as number
    if ((tag & 3) === 0) {
      let count = tag >>> 2
      if (count >= 60) {
        const size = count - 59
        if (at + size > packed.length) return CUT
        count = littleEndian(packed, at, size)
        at += size
      }
      count++
      if (count > packed.length - at || count > length - end) return CUT
      plain.set(packed.subarray(at, at + count), end)
      at += count
      end += count
      continue
    }
    const size = (tag & 3) === 3 ? 4 : tag & 3
    if (at + size > packed.length) return CUT
    const isShort = size === 1
    const count = isShort ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1
    const distance = littleEndian(packed, at, size) + (isShort ? (tag >>> 5) << 8 : 0)
    at += size
    if (distance === 0 || distance > end || count > length - end) return 'a copy from outside'
    // Source and target may overlap: that is how repetitions are written.
    for (const stop = end + count; end < stop; end++) plain[end] = plain[end - distance] as number
  }
  return end === length ? plain : CUT
}

const CUT = 'it ends early'

function littleEndian(bytes: Uint8Array, at: number, size: number): number {
  let value = 0
  for (let place = 0; place < size; place++) value += (bytes[at + place] as number) * 2 ** (8 * place)
  return value
}

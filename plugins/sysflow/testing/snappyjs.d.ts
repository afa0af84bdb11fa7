// SPDX-License-Identifier: Apache-2.0

/** The part of snappyjs that tests use as an oracle for our decompressor. */
declare module 'snappyjs' {
  const snappy: { compress(plain: Uint8Array): Uint8Array; uncompress(packed: Uint8Array): Uint8Array }
  export default snappy
}

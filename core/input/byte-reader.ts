// SPDX-License-Identifier: Apache-2.0

/** Bytes that can be read from front to back. */
export interface ByteReader {
  /** Name for messages: a path. */
  readonly name: string
  /** Bytes in all, where that is known. */
  readonly size: number | undefined
  /** Resolves when a read begins to wait for bytes that are not there yet; a source that never waits has none. */
  whenIdle?(): Promise<void>
  /** Reads at most `length` bytes at `position` into `into` from `offset` on; 0 at the end. */
  read(target: Uint8Array, offset: number, length: number, position: number): Promise<number>
}

/** Bytes that are already here. */
export function inMemoryReader(name: string, bytes: Uint8Array): ByteReader {
  return {
    name,
    size: bytes.length,
    read: async (target, offset, length, position) => {
      const part = bytes.subarray(position, position + length)
      target.set(part, offset)
      return part.length
    },
  }
}

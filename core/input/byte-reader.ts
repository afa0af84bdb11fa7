// SPDX-License-Identifier: Apache-2.0

/** Bytes that can be read sequentially. */
export interface ByteReader {
  /** Name for messages: a path. */
  readonly name: string
  /** Total bytes, if known. */
  readonly size: number | undefined
  /** Resolves when a read starts to wait for bytes that do not exist yet. Absent if the reader never waits. */
  whenIdle?(): Promise<void>
  /**
   * Reads at most `length` bytes at `position` into `target` from `offset` on. Resolves to the number of bytes read; 0 at the
   * end.
   */
  read(target: Uint8Array, offset: number, length: number, position: number): Promise<number>
}

/** Reads bytes that are in memory. */
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

// SPDX-License-Identifier: Apache-2.0

/** Receives all changes of an export file in order. An error that it throws counts as a failure of the file. */
export interface FileObserver {
  /** The file is open and has `size` bytes; called again after every rotation and every failure. */
  opened(size: number): Promise<void>
  /** The bytes of `records` records were appended. */
  written(bytes: Uint8Array, records: number): Promise<void>
  /** The file is about to be renamed to `path`. */
  rotating(path: string): Promise<void>
  /** These rotated files are about to be deleted. */
  deleting(paths: readonly string[]): Promise<void>
  /** Forces onto the disk what the observer has written itself. */
  sync(): Promise<void>
  /** Safe to call twice. */
  close(): Promise<void>
}

// SPDX-License-Identifier: Apache-2.0

/** Is told, in order, of everything that happens to an export file. What it throws counts as a failure of the file. */
export interface FileObserver {
  /** The file is open and has so many bytes; told again after every rotation and every failure. */
  opened(size: number): Promise<void>
  /** So many records were appended. */
  written(bytes: Uint8Array, records: number): Promise<void>
  /** The file is about to be renamed to `path`. */
  rotating(path: string): Promise<void>
  /** These files, which were put aside once, are about to be deleted. */
  deleting(paths: readonly string[]): Promise<void>
  /** What it has written itself is to be forced onto the device. */
  sync(): Promise<void>
  /** Safe to call twice. */
  close(): Promise<void>
}

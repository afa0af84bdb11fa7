// SPDX-License-Identifier: Apache-2.0

/** When what was appended is forced onto the disk: before `append` resolves, every few milliseconds, when the system likes. */
export const SYNC_POLICIES = ['always', 'interval', 'never'] as const
export type SyncPolicy = (typeof SYNC_POLICIES)[number]

/** What a full spool does: lets `append` wait, or gives up the oldest records, counted and told. */
export const FULL_POLICIES = ['block', 'drop-oldest'] as const
export type FullPolicy = (typeof FULL_POLICIES)[number]

export interface SpoolSettings {
  readonly folder: string
  /** Of all segments together. */
  readonly bytes: number
  /** Of one segment, unless `bytes` asks for less: an eighth of it at most. */
  readonly segmentBytes?: number
  readonly sync: SyncPolicy
  /** Milliseconds between two writes of the position, and of records with `interval`. */
  readonly syncEvery: number
  readonly whenFull: FullPolicy
}

/** The largest segment of a spool with such settings. */
export const maxSegmentBytesOf = ({ segmentBytes, bytes }: SpoolSettings): number =>
  Math.min(segmentBytes ?? DEFAULT_SEGMENT_BYTES, Math.floor(bytes / 8))

const DEFAULT_SEGMENT_BYTES = 16 * 1024 * 1024

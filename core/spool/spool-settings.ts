// SPDX-License-Identifier: Apache-2.0

/**
 * When appended records are forced onto the disk: before `append` resolves, every few milliseconds, or when the system decides.
 */
export const SYNC_POLICIES = ['always', 'interval', 'never'] as const
export type SyncPolicy = (typeof SYNC_POLICIES)[number]

/** Reaction to a full spool: `append` waits, or the oldest records are dropped, counted and logged. */
export const FULL_POLICIES = ['block', 'drop-oldest'] as const
export type FullPolicy = (typeof FULL_POLICIES)[number]

export interface SpoolSettings {
  readonly folder: string
  /** Largest size of all segments together. */
  readonly bytes: number
  /** Largest size of one segment; at most an eighth of `bytes`. */
  readonly segmentBytes?: number
  readonly sync: SyncPolicy
  /** Milliseconds between two writes of the position, and with `interval` between two syncs of the records. */
  readonly syncEvery: number
  readonly whenFull: FullPolicy
}

/** Largest segment size of a spool with these settings. */
export const maxSegmentBytesOf = ({ segmentBytes, bytes }: SpoolSettings): number =>
  Math.min(segmentBytes ?? DEFAULT_SEGMENT_BYTES, Math.floor(bytes / 8))

const DEFAULT_SEGMENT_BYTES = 16 * 1024 * 1024

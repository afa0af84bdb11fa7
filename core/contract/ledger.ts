// SPDX-License-Identifier: Apache-2.0

/**
 * The record counts of one stage: `in + created = out + filtered + dropped + held`.
 *
 * - `created`: records that the stage creates from others; those others are `filtered`.
 * - `filtered`: records that end here by design, by reason ("no rule matched", "entity filed").
 * - `dropped`: records that the stage should have sent and could not, by reason ("damaged block", "not written"). Always
 *   reported.
 */
export class Ledger {
  in = 0
  created = 0
  out = 0
  held = 0
  readonly filtered = new Map<string, number>()
  readonly dropped = new Map<string, number>()

  filter(reason: string, records = 1): void {
    if (records > 0) this.filtered.set(reason, (this.filtered.get(reason) ?? 0) + records)
  }

  drop(reason: string, records = 1): void {
    if (records > 0) this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + records)
  }

  /** Records that the counts do not account for. Anything but 0 is a bug. */
  get difference(): number {
    return this.in + this.created - this.out - this.held - sum(this.filtered) - sum(this.dropped)
  }
}

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((total, count) => total + count, 0)

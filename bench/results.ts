// SPDX-License-Identifier: Apache-2.0

import type { Machine, Revision } from './runs/machine.js'
import { type PerformanceTarget, type TargetOutcome, targetOutcomeOf } from './runs/performance-target.js'
import type { Ratio, Row, RunFigures } from './runs/row.js'
import type { RunFacts } from './runs/run-facts.js'
import type { Sample } from './runs/sampler.js'
import { type Spread, spreadOf } from './runs/spread.js'

/** The content of `bench/results/latest.json`. */
export interface Results {
  readonly machine: Machine
  readonly revision: Revision | undefined
  readonly date: string
  readonly scale: number
  /** Counted runs per row. */
  readonly runs: number
  readonly peer: string | undefined
  readonly rows: readonly RowResult[]
  readonly ratios: readonly RatioResult[]
  readonly notes: readonly string[]
}

export interface RowResult {
  readonly id: string
  readonly name: string
  readonly records: number | undefined
  readonly inputBytes: number | undefined
  readonly seconds: Spread
  readonly cpuSeconds: Spread
  readonly peakMegabytes: Spread
  /** At the median time. */
  readonly recordsPerSecond: number | undefined
  readonly megabytesPerSecond: number | undefined
  readonly target: PerformanceTarget | undefined
  readonly targetOutcome: TargetOutcome | undefined
  readonly samples: readonly RunFigures[]
  readonly facts: RunFacts
  readonly peer: PeerResult | undefined
}

/** Ratios are the peer's figure over the program's own, by pairs of runs. */
export interface PeerResult {
  readonly seconds: Spread
  readonly ratio: Spread
  readonly ratioByProcessorTime: Spread
  readonly samples: readonly RunFigures[]
}

export interface RatioResult {
  readonly name: string
  readonly unit: string | undefined
  readonly value: Spread
  /** Ratio of processor time instead of elapsed time: it is less disturbed, and does not show the effect of parallel work. */
  readonly byProcessorTime: Spread
  readonly target: PerformanceTarget | undefined
  readonly targetOutcome: TargetOutcome | undefined
}

/** `peer`: samples of the peer in the order of `ours`; empty if the row has no peer. */
export function resultOf(row: Row, ours: readonly Sample[], peer: readonly Sample[], facts: RunFacts): RowResult {
  const seconds = spreadOf(ours.map(({ run }) => run.seconds))
  const peakMegabytes = spreadOf(ours.map(({ run }) => run.peakMegabytes))
  const counted = Number(facts.records)
  const records = row.input?.records ?? (counted > 0 ? counted : undefined)
  const isLong = records !== undefined && records > 1_000
  const result = {
    seconds,
    cpuSeconds: spreadOf(ours.map(({ run }) => run.cpuSeconds)),
    peakMegabytes,
    recordsPerSecond: isLong ? records / seconds.median : undefined,
    megabytesPerSecond: isLong && row.input ? row.input.bytes / 1e6 / seconds.median : undefined,
  }
  const { target } = row
  return {
    id: row.id,
    name: row.name,
    records,
    inputBytes: row.input?.bytes,
    ...result,
    target,
    targetOutcome: target && targetOutcomeOf(measuredValue(target, result), target),
    samples: ours.map(figuresOf),
    facts,
    peer: peer.length === 0 ? undefined : peerResult(ours.map(figuresOf), peer.map(figuresOf)),
  }
}

function peerResult(ours: readonly RunFigures[], peer: readonly RunFigures[]): PeerResult {
  const ratio = (figure: 'seconds' | 'cpuSeconds') =>
    spreadOf(peer.map((figures, round) => figures[figure] / (ours[round]?.[figure] ?? Number.NaN)))
  const seconds = spreadOf(peer.map(figures => figures.seconds))
  return { seconds, ratio: ratio('seconds'), ratioByProcessorTime: ratio('cpuSeconds'), samples: peer }
}

/** Undefined if a required row has not been run. */
export function ratioOf(ratio: Ratio, samples: ReadonlyMap<string, readonly Sample[]>): RatioResult | undefined {
  const rounds = Math.min(...ratio.of.map(id => samples.get(id)?.length ?? 0))
  if (rounds === 0) return undefined
  const spread = (figures: (sample: Sample) => RunFigures): Spread =>
    spreadOf(
      Array.from({ length: rounds }, (_, round) =>
        ratio.value(id => figures((samples.get(id) as readonly Sample[])[round] as Sample)),
      ),
    )
  const value = spread(figuresOf)
  return {
    name: ratio.name,
    unit: ratio.unit,
    value,
    byProcessorTime: spread(sample => ({ ...figuresOf(sample), seconds: sample.run.cpuSeconds })),
    target: ratio.target,
    targetOutcome: ratio.target && targetOutcomeOf(value.median, ratio.target),
  }
}

const figuresOf = ({ run: { seconds, cpuSeconds, peakMegabytes } }: Sample): RunFigures => ({
  seconds,
  cpuSeconds,
  peakMegabytes,
})

/** The memory figure is that of the worst run. */
function measuredValue(
  target: PerformanceTarget,
  result: Pick<RowResult, 'seconds' | 'peakMegabytes' | 'recordsPerSecond'>,
): number {
  if (target.figure === 'seconds') return result.seconds.median
  if (target.figure === 'peakMegabytes') return result.peakMegabytes.most
  return result.recordsPerSecond ?? Number.NaN
}

// SPDX-License-Identifier: Apache-2.0

/** What a figure must reach (floor) and should reach (goal). */
export interface PerformanceTarget {
  readonly figure: Figure
  readonly floor: number
  readonly goal?: number
}

/** Records per second, seconds of the whole run, megabytes at most in memory, one run's figure over another's. */
export type Figure = 'recordsPerSecond' | 'seconds' | 'peakMegabytes' | 'ratio at most' | 'ratio at least'

export type TargetOutcome = 'missed' | 'floor' | 'goal'

/** A target without a goal is met like one whose goal is its floor. */
export function targetOutcomeOf(value: number, { figure, floor, goal = floor }: PerformanceTarget): TargetOutcome {
  const sign = figure === 'recordsPerSecond' || figure === 'ratio at least' ? 1 : -1
  if (value * sign >= goal * sign) return 'goal'
  return value * sign >= floor * sign ? 'floor' : 'missed'
}

/** `1.5 M/s`, `150 ms`, `200 MB`, `≤ 2`. */
export function formatFigure(figure: Figure, value: number): string {
  switch (figure) {
    case 'recordsPerSecond':
      return value >= 1e6 ? `${value / 1e6} M/s` : `${value / 1e3} k/s`
    case 'seconds':
      return `${value * 1000} ms`
    case 'peakMegabytes':
      return `${value} MB`
    case 'ratio at most':
      return `≤ ${value}`
    case 'ratio at least':
      return `≥ ${value}`
    default:
      return figure satisfies never
  }
}

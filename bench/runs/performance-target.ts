// SPDX-License-Identifier: Apache-2.0

/** The required value (floor) and the desired value (goal) of a figure. */
export interface PerformanceTarget {
  readonly figure: Figure
  readonly floor: number
  readonly goal?: number
}

/** Records per second, seconds of the whole run, maximum megabytes of memory, ratio of the figures of two runs. */
export type Figure = 'recordsPerSecond' | 'seconds' | 'peakMegabytes' | 'ratio at most' | 'ratio at least'

export type TargetOutcome = 'missed' | 'floor' | 'goal'

/** For a target without a goal, the floor is the goal. */
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

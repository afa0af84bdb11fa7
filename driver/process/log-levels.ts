// SPDX-License-Identifier: Apache-2.0

/** What `-log` takes: a threshold shows its own and all higher levels. */
export const THRESHOLDS = ['trace', 'info', 'warn', 'error', 'health', 'quiet'] as const
export type Threshold = (typeof THRESHOLDS)[number]

/** What `-logformat` takes. */
export const LOG_FORMATS = ['text', 'json'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

/** The level of a line. Lines of `-perflog` are above all thresholds but quiet. */
export type Level = Exclude<Threshold, 'quiet'> | 'perf'

/** As winston counts: the lower, the more important. */
export const SEVERITIES: Readonly<Record<Level, number>> = { perf: 0, health: 1, error: 2, warn: 3, info: 4, trace: 5 }

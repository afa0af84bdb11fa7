// SPDX-License-Identifier: Apache-2.0

/** Values of `-log`: a threshold shows its own and all higher levels. */
export const THRESHOLDS = ['trace', 'info', 'warn', 'error', 'health', 'quiet'] as const
export type Threshold = (typeof THRESHOLDS)[number]

/** Values of `-logformat`. */
export const LOG_FORMATS = ['text', 'json'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

/** The level of a line. Lines of `-perflog` are above all thresholds but quiet. */
export type Level = Exclude<Threshold, 'quiet'> | 'perf'

/** In the order of winston: the lower, the more important. */
export const SEVERITIES: Readonly<Record<Level, number>> = { perf: 0, health: 1, error: 2, warn: 3, info: 4, trace: 5 }

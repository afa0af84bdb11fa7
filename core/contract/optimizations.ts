// SPDX-License-Identifier: Apache-2.0

/**
 * Parts that make the program faster and change nothing else. Each can be switched off (`-disable`): tests compare runs with
 * and without it, and an operator who mistrusts a result can do the same.
 */
export const OPTIMIZATIONS = {
  'inflate-ahead': 'Blocks are unpacked on other threads while earlier ones are decoded.',
  interning: 'Equal texts, and equal names of files, are one object.',
  'batch-pool': 'Batches are used again once everybody has released them.',
  profiles: 'What rules say of a process or file is kept with it.',
  'group-designs': 'Rules are arranged anew for each kind of record.',
  'merged-criteria': 'Comparisons of one attribute that stand beside each other become one with a list.',
  'literal-index': 'Many literals are searched for at once rather than one after the other.',
  fragments: 'Encoded parts of a record are kept with the process, file or header that they describe.',
  'write-ahead': 'Records are encoded while others are being written.',
  'policy-cache': 'Policies that were read before are found again in a folder of the user.',
} as const

export type Optimization = keyof typeof OPTIMIZATIONS

/** The optimisations that are switched off. */
export type DisabledOptimizations = ReadonlySet<Optimization>

export const NONE_DISABLED: DisabledOptimizations = new Set()
export const ALL_DISABLED: DisabledOptimizations = new Set(Object.keys(OPTIMIZATIONS) as Optimization[])

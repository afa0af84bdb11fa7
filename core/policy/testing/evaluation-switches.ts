// SPDX-License-Identifier: Apache-2.0
import { ALL_DISABLED, type DisabledOptimizations } from '../../contract/host.js'

/** The optimisations of a plan that can be switched off: one at a time, and all together. */
export const EVALUATION_SWITCHES: readonly (readonly [string, DisabledOptimizations])[] = [
  ...(['profiles', 'group-designs', 'merged-criteria', 'literal-index'] as const).map(name => [name, new Set([name])] as const),
  ['any optimisation', ALL_DISABLED],
]

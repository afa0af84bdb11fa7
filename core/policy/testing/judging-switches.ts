// SPDX-License-Identifier: Apache-2.0
import { WITHOUT_ALL, type Without } from '../../contract/optimisation.js'

/** What can be switched off in a plan: one part at a time, and everything. */
export const JUDGING_SWITCHES: readonly (readonly [string, Without])[] = [
  ...(['profiles', 'group-designs', 'merged-criteria', 'literal-index'] as const).map(name => [name, new Set([name])] as const),
  ['any optimisation', WITHOUT_ALL],
]

// SPDX-License-Identifier: Apache-2.0
import type { FaultText } from '../catalogue.js'

export const ENGINE_FAULTS = {
  SFP_ENGINE_BAD_REGEX: { what: '"{pattern}" is no regular expression', mend: 'use the syntax of RE2' },
  SFP_ENGINE_TOO_DEEP: { what: 'a condition is nested more than {deepest} levels deep', mend: 'split it into several rules' },
  SFP_ENGINE_UNKNOWN_ATTRIBUTE: { what: 'records of {channel} have no attribute "{name}"', mend: 'see docs/attributes.md' },
} as const satisfies Record<string, FaultText>

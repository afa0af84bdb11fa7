// SPDX-License-Identifier: Apache-2.0
import type { FaultText } from '../catalogue.js'

export const PIPELINE_FAULTS = {
  SFP_CONFIG_UNKNOWN_KEY: { what: '"{key}" is not a setting of {component}', mend: 'did you mean "{nearest}"? Known: {known}' },
} as const satisfies Record<string, FaultText>

// SPDX-License-Identifier: Apache-2.0
import type { FaultText } from '../fault-text.js'

export const FOLLOW_FAULTS = {} as const satisfies Record<string, FaultText>

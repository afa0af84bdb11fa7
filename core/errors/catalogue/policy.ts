// SPDX-License-Identifier: Apache-2.0
import type { FaultText } from '../catalogue.js'

export const POLICY_FAULTS = {} as const satisfies Record<string, FaultText>

// SPDX-License-Identifier: Apache-2.0
import type { FaultText } from '../fault-text.js'

export const OTEL_FAULTS = {} as const satisfies Record<string, FaultText>

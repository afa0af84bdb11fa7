// SPDX-License-Identifier: Apache-2.0
import { ENGINE_FAULTS } from './catalogue/engine.js'
import { EXPORTER_FAULTS } from './catalogue/exporter.js'
import { PIPELINE_FAULTS } from './catalogue/pipeline.js'
import { POLICY_FAULTS } from './catalogue/policy.js'
import { SCENARIO_FAULTS } from './catalogue/scenario.js'
import { SYSFLOW_FAULTS } from './catalogue/sysflow.js'
import type { FaultText } from './fault-text.js'

export const CATALOGUE = {
  ...PIPELINE_FAULTS,
  ...SYSFLOW_FAULTS,
  ...POLICY_FAULTS,
  ...ENGINE_FAULTS,
  ...EXPORTER_FAULTS,
  ...SCENARIO_FAULTS,
} as const satisfies Record<string, FaultText>

export type FaultCode = keyof typeof CATALOGUE

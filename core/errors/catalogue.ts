// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../contract/error-catalogue.js'
import { ADMIN_FAULTS } from './catalogue/admin.js'
import { COMMAND_FAULTS } from './catalogue/commands.js'
import { DELIVERY_FAULTS } from './catalogue/delivery.js'
import { ENGINE_FAULTS } from './catalogue/engine.js'
import { EXPORTER_FAULTS } from './catalogue/exporter.js'
import { INPUT_FAULTS } from './catalogue/input.js'
import { PIPELINE_FAULTS } from './catalogue/pipeline.js'
import { PLUGIN_FAULTS } from './catalogue/plugin.js'
import { POLICY_FAULTS } from './catalogue/policy.js'
import { TARGET_FAULTS } from './catalogue/targets.js'

/** The codes of core and of the program. The codes of a family are in its `errors.ts`; `Registry.errors` contains all codes. */
export const CATALOGUE = {
  ...PIPELINE_FAULTS,
  ...PLUGIN_FAULTS,
  ...POLICY_FAULTS,
  ...ENGINE_FAULTS,
  ...EXPORTER_FAULTS,
  ...DELIVERY_FAULTS,
  ...TARGET_FAULTS,
  ...ADMIN_FAULTS,
  ...INPUT_FAULTS,
  ...COMMAND_FAULTS,
} as const satisfies ErrorCatalogue

export type FaultCode = keyof typeof CATALOGUE

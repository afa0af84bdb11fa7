// SPDX-License-Identifier: Apache-2.0
import type { OptionsSchema } from '../../../core/contract/plugin.js'
import { Fault } from '../../../core/errors/fault.js'
import { faultLocationOf, type Setting, type SettingLayer, type SettingsSection } from '../settings.js'
import { type Completion, completeParts } from './complete-options.js'
import { type ComponentSchemas, NO_COMPONENTS, optionOf } from './component-schemas.js'
import { normalizeValue, replaceDeprecated } from './normalize-options.js'
import { settingWithParts, valuesOf } from './setting-parts.js'
import type { Validator } from './validate.js'
import { validationFault } from './validation-fault.js'

/** The options of one component: validated values, each with its origin. */
export interface ResolvedOptions {
  readonly options: Readonly<Record<string, unknown>>
  readonly origins: SettingLayer
  readonly faults: readonly Fault[]
}

/** What resolving the options of a component needs. */
export interface OptionsContext extends Omit<Completion, 'components'> {
  readonly validator: Validator
  /** Values that the program sets for every component with such an option (versions, cluster.id); they override all others. */
  readonly globals: Readonly<Record<string, unknown>>
  /** Components that items of lists may name; default: none. */
  readonly components?: ComponentSchemas
}

/**
 * Precedence: default < file < environment < program. Within one layer the current name overrides a deprecated one. `reserved`:
 * keys of the section that do not belong to the component.
 */
export function resolveOptions(
  component: string,
  schema: OptionsSchema,
  section: SettingsSection,
  reserved: readonly string[],
  context: OptionsContext,
): ResolvedOptions {
  const { components = NO_COMPONENTS } = context
  const faults: Fault[] = []
  const merged = new Map<string, Setting>()
  for (const layer of [section.file, section.environment]) {
    for (const [key, setting] of replaceDeprecated(schema, layer, reserved, faults)) {
      if (Object.hasOwn(context.globals, key))
        faults.push(
          new Fault('SFP_CONFIG_OVERRULED', { key, component }, { ...faultLocationOf(setting.origin), level: 'warning' }),
        )
      else merged.set(key, setting)
    }
  }
  for (const [key, value] of Object.entries(context.globals)) {
    if (optionOf(schema, key)) merged.set(key, settingWithParts({ key, value, rawText: undefined, origin: { kind: 'program' } }))
  }
  for (const [key, setting] of merged) {
    const option = optionOf(schema, key)
    if (option) merged.set(key, normalizeValue(option, setting, { faults, components }))
  }
  for (const error of context.validator.validate(schema, valuesOf(merged), components))
    faults.push(validationFault(error, component, merged, section))
  const completed = completeParts(schema, merged, { ...context, components })
  return { options: valuesOf(completed), origins: completed, faults }
}

// SPDX-License-Identifier: Apache-2.0
import { Writable } from 'node:stream'
import type { OptionSchema } from '../core/contract/plugin.js'
import { builtInRegistry } from '../driver/loader/built-in.js'
import { DEPRECATED_NAMES } from '../plugins/sysflow/attributes/rows/foreign-names.js'
import { GENERATED, markdownTable } from './markdown.js'

/** An option with the component that has it. */
interface ComponentOption {
  readonly component: string
  readonly key: string
  readonly option: OptionSchema
}

/** A key of an older release, and its current name. */
export interface DeprecatedKey {
  readonly component: string
  readonly old: string
  readonly current: string
}

/** A value of an older release, and its current value; null: it has no effect. */
export interface DeprecatedValue {
  readonly component: string
  readonly key: string
  readonly old: string
  readonly current: string | null
}

const { plugins } = await builtInRegistry({ stdout: new Writable(), version: '' })

/** Options of the components with sections in a pipeline file; the exporter includes those of encoders and transports. */
function componentOptions(): ComponentOption[] {
  return plugins
    .filter(({ kind }) => kind === 'processor' || kind === 'driver')
    .flatMap(({ name, options }) => Object.entries(options.properties).map(([key, option]) => ({ component: name, key, option })))
}

export const deprecatedKeys = (): DeprecatedKey[] =>
  componentOptions().flatMap(({ component, key, option }) =>
    (option.deprecatedNames ?? []).map(old => ({ component, old, current: key })),
  )

export const deprecatedValues = (): DeprecatedValue[] =>
  componentOptions().flatMap(({ component, key, option }) =>
    Object.entries(option.deprecatedValues ?? {}).map(([old, current]) => ({ component, key, old, current })),
  )

/** EXPORTER_SYSLOG_HOST. */
export const environmentVariableOf = (component: string, key: string): string =>
  `${component}_${key.replaceAll('.', '_')}`.toUpperCase()

export function deprecatedNamesPage(): string {
  return `${GENERATED}
# Old names

Names of older SysFlow Processor releases and their current names. An old name is accepted with a warning that gives the current name.
If both are set, the current name wins. [migrating.md](migrating.md) lists all other changes.

## Keys and variables

${markdownTable(
  ['stage', 'old key', 'old variable', 'current key', 'current variable'],
  deprecatedKeys().map(({ component, old, current }) => [
    component,
    `\`${old}\``,
    `\`${environmentVariableOf(component, old)}\``,
    `\`${current}\``,
    `\`${environmentVariableOf(component, current)}\``,
  ]),
)}

## Values

${markdownTable(
  ['stage', 'key', 'old value', 'current value'],
  deprecatedValues().map(({ component, key, old, current }) => [
    component,
    `\`${key}\``,
    `\`${old}\``,
    current === null ? 'none: no effect' : `\`${current}\``,
  ]),
)}

## Attributes

${markdownTable(
  ['old attribute', 'current attribute'],
  [...DEPRECATED_NAMES].map(([old, current]) => [`\`${old}\``, `\`${current}\``]),
)}
`
}

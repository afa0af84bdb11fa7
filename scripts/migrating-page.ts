// SPDX-License-Identifier: Apache-2.0
import { Writable } from 'node:stream'
import type { OptionSchema } from '../core/contract/plugin.js'
import { FORMER_NAMES } from '../plugins/sysflow/attributes/rows/foreign.js'
import { builtInRegistry } from '../driver/loader/built-in.js'
import { GENERATED, table } from './table.js'

/** An option with the component that has it. */
interface Owned {
  readonly component: string
  readonly key: string
  readonly option: OptionSchema
}

/** A key of an older release, and what it is called now. */
export interface OldKey {
  readonly component: string
  readonly old: string
  readonly today: string
}

/** A value of an older release, and what it is taken as now; null: it has no effect. */
export interface OldValue {
  readonly component: string
  readonly key: string
  readonly old: string
  readonly today: string | null
}

/** Options of what a section of a pipeline file is about; those of encoders and transports are the exporter's, too. */
function ownedOptions(): Owned[] {
  const { plugins } = builtInRegistry({ stdout: new Writable(), version: '' })
  return plugins
    .filter(({ kind }) => kind === 'processor' || kind === 'driver')
    .flatMap(({ name, options }) => Object.entries(options.properties).map(([key, option]) => ({ component: name, key, option })))
}

export const oldKeys = (): OldKey[] =>
  ownedOptions().flatMap(({ component, key, option }) => (option.formerly ?? []).map(old => ({ component, old, today: key })))

export const oldValues = (): OldValue[] =>
  ownedOptions().flatMap(({ component, key, option }) =>
    Object.entries(option.oldValues ?? {}).map(([old, today]) => ({ component, key, old, today })),
  )

/** EXPORTER_SYSLOG_HOST. */
export const variableOf = (component: string, key: string): string => `${component}_${key.replaceAll('.', '_')}`.toUpperCase()

export function oldNamesPage(): string {
  return `${GENERATED}
# Old names

What older releases of the SysFlow Processor called something, and what it is called here. Each is accepted where the name of today is,
with a warning that says which one that is; where both are given, the name of today counts. [migrating.md](migrating.md) tells
what else a change to this program means.

## Keys and variables

${table(
  ['stage', 'old key', 'old variable', 'key of today', 'variable of today'],
  oldKeys().map(({ component, old, today }) => [
    component,
    `\`${old}\``,
    `\`${variableOf(component, old)}\``,
    `\`${today}\``,
    `\`${variableOf(component, today)}\``,
  ]),
)}

## Values

${table(
  ['stage', 'key', 'old value', 'is taken as'],
  oldValues().map(({ component, key, old, today }) => [
    component,
    `\`${key}\``,
    `\`${old}\``,
    today === null ? 'nothing: it has no effect' : `\`${today}\``,
  ]),
)}

## Attributes

${table(
  ['in a rule', 'is read as'],
  [...FORMER_NAMES].map(([old, today]) => [`\`${old}\``, `\`${today}\``]),
)}
`
}

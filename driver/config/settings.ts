// SPDX-License-Identifier: Apache-2.0
import type { Fault, SourcePosition } from '../../core/errors/fault.js'

/** The origin of a value; a later kind overrides an earlier one. */
export type SettingOrigin =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly key: SourcePosition; readonly value: SourcePosition }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'option'; readonly option: string }
  | { readonly kind: 'program' }

export interface Setting {
  /** The key as written. */
  readonly key: string
  readonly value: unknown
  /** The source text of a number or boolean, so that 1.10 does not become 1.1 if a string is required. */
  readonly rawText: string | undefined
  readonly origin: SettingOrigin
  /** The parts of an object or an array, by key or index, each with its own origin. Their values form `value`. */
  readonly parts?: ReadonlyMap<string, Setting>
  /** Masked in output. */
  readonly isSecret?: boolean
}

export type SettingLayer = ReadonlyMap<string, Setting>

/** One stage or driver of the pipeline file. */
export interface SettingsSection {
  readonly position: SourcePosition
  readonly file: SettingLayer
  readonly environment: SettingLayer
}

/** A parsed pipeline file, before the components that it names are resolved. */
export interface Settings {
  readonly file: string
  readonly drivers: readonly SettingsSection[]
  readonly pipeline: readonly SettingsSection[]
  /** The admin endpoint; absent: there is none. */
  readonly admin?: SettingsSection
  /** The plugin folders that the file names, by key. */
  readonly folders?: SettingLayer
  /** The packages and modules that the file names, in its order, each a string. */
  readonly plugins?: readonly Setting[]
}

/** Keys of the pipeline file that name a plugin folder. */
export const FOLDER_KEYS = ['plugdir', 'driverdir', 'handlerdir', 'actiondir'] as const
export type FolderKey = (typeof FOLDER_KEYS)[number]

export const isFolderKey = (key: string): key is FolderKey => FOLDER_KEYS.some(one => one === key)

/** The setting of a key that no schema describes (processor, name, in, out, driver, path). */
export const settingOf = (section: SettingsSection, key: string): Setting | undefined =>
  section.environment.get(key) ?? section.file.get(key)

/** The position at which a fault of this setting is reported. */
export function faultLocationOf(origin: SettingOrigin): ConstructorParameters<typeof Fault>[2] {
  switch (origin.kind) {
    case 'file':
      return { position: origin.value }
    case 'environment':
      return { where: `environment variable ${origin.variable}` }
    case 'option':
      return { where: `option ${origin.option}` }
    case 'default':
    case 'program':
      return {}
    default:
      return origin satisfies never
  }
}

export function originText(origin: SettingOrigin): string {
  switch (origin.kind) {
    case 'file':
      return `${origin.value.file}:${origin.value.line}:${origin.value.column}`
    case 'environment':
      return `environment ${origin.variable}`
    case 'option':
      return `option ${origin.option}`
    case 'default':
    case 'program':
      return origin.kind
    default:
      return origin satisfies never
  }
}

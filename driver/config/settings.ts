// SPDX-License-Identifier: Apache-2.0
import type { Fault, SourcePosition } from '../../core/errors/fault.js'

/** Where a value comes from; a later kind beats an earlier one. */
export type SettingOrigin =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly key: SourcePosition; readonly value: SourcePosition }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'option'; readonly option: string }
  | { readonly kind: 'program' }

export interface Setting {
  /** As written. */
  readonly key: string
  readonly value: unknown
  /** How a number or boolean is written, so that 1.10 does not become 1.1 where a text is wanted. */
  readonly rawText: string | undefined
  readonly origin: SettingOrigin
  /** What an object or an array holds, by key or index, each part with its own origin. `value` is made of their values. */
  readonly parts?: ReadonlyMap<string, Setting>
  /** Shown masked. */
  readonly isSecret?: boolean
}

export type SettingLayer = ReadonlyMap<string, Setting>

/** One stage or driver of the pipeline file. */
export interface SettingsSection {
  readonly position: SourcePosition
  readonly file: SettingLayer
  readonly environment: SettingLayer
}

/** A pipeline file as read, before anything is known about the components that it names. */
export interface Settings {
  readonly file: string
  readonly drivers: readonly SettingsSection[]
  readonly pipeline: readonly SettingsSection[]
  /** The endpoint; absent: there is none. */
  readonly admin?: SettingsSection
  /** The folders of plugins that the file names, by key. */
  readonly folders?: SettingLayer
  /** The packages and modules that the file names, in its order, each a text. */
  readonly plugins?: readonly Setting[]
}

/** Keys of the pipeline file that name a folder of plugins. */
export const FOLDER_KEYS = ['plugdir', 'driverdir', 'handlerdir', 'actiondir'] as const
export type FolderKey = (typeof FOLDER_KEYS)[number]

export const isFolderKey = (key: string): key is FolderKey => FOLDER_KEYS.some(one => one === key)

/** The setting of a key that no schema describes (processor, name, in, out, driver, path). */
export const settingOf = (section: SettingsSection, key: string): Setting | undefined =>
  section.environment.get(key) ?? section.file.get(key)

/** Where a fault of this setting is shown. */
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

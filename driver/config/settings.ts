// SPDX-License-Identifier: Apache-2.0
import type { Fault, Place } from '../../core/errors/fault.js'

/** Where a value comes from; a later kind beats an earlier one. */
export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly key: Place; readonly value: Place }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'option'; readonly option: string }
  | { readonly kind: 'program' }

export interface Setting {
  /** As written. */
  readonly key: string
  readonly value: unknown
  /** How a number or boolean is written, so that 1.10 does not become 1.1 where a text is wanted. */
  readonly written: string | undefined
  readonly origin: Origin
}

export type Layer = ReadonlyMap<string, Setting>

/** One stage or driver of the pipeline file. */
export interface Section {
  readonly place: Place
  readonly file: Layer
  readonly environment: Layer
}

/** A pipeline file as read, before anything is known about the components that it names. */
export interface Settings {
  readonly file: string
  readonly drivers: readonly Section[]
  readonly pipeline: readonly Section[]
  /** The endpoint; absent: there is none. */
  readonly inside?: Section
  /** The folders of plugins that the file names, by key. */
  readonly folders?: Layer
  /** The packages and modules that the file names, in its order, each a text. */
  readonly plugins?: readonly Setting[]
}

/** Keys of the pipeline file that name a folder of plugins. */
export const FOLDER_KEYS = ['plugdir', 'driverdir', 'handlerdir', 'actiondir'] as const
export type FolderKey = (typeof FOLDER_KEYS)[number]

export const isFolderKey = (key: string): key is FolderKey => FOLDER_KEYS.some(one => one === key)

/** The setting of a key that no schema describes (processor, name, in, out, driver, path). */
export const settingOf = (section: Section, key: string): Setting | undefined =>
  section.environment.get(key) ?? section.file.get(key)

/** Where a fault of this setting is shown. */
export function whereOf(origin: Origin): ConstructorParameters<typeof Fault>[2] {
  switch (origin.kind) {
    case 'file':
      return { place: origin.value }
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

export function originText(origin: Origin): string {
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

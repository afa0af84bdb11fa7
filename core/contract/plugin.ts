// SPDX-License-Identifier: Apache-2.0

import type { Writable } from 'node:stream'
import type { Action } from './action.js'
import type { Batch } from './batch.js'
import type { ErrorCatalogue } from './error-catalogue.js'
import type { BatchPolicy, Encoder, Framing, PartitionKey, Transport } from './exporter.js'
import type { Host } from './host.js'
import type { RecordAdapter } from './record-adapter.js'
import type { Report } from './report.js'
import type { Driver, Stage } from './stage.js'

/** JSON Schema (draft 07) of a component's settings: validated by ajv, printed by the docs, read by environment overrides. */
export interface OptionsSchema {
  readonly type: 'object'
  readonly additionalProperties: false
  readonly required?: readonly string[]
  readonly properties: Readonly<Record<string, OptionSchema>>
  readonly examples?: readonly object[]
}

/** What a value may be, whether it is a setting, a key of one, or an item of a list. */
export interface ValueSchema {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array'
  readonly enum?: readonly (string | number)[]
  /** An object that is given gets the defaults of its keys; one that is absent stays absent unless it has a default itself. */
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  /** Of an array: what its items are. */
  readonly items?: ItemSchema
  /** Of an object: its keys, with `additionalProperties: false`. Without them it may have any key. */
  readonly properties?: Readonly<Record<string, OptionSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: false
  /** A file or folder that is read. A relative path is looked for in the current directory, then beside the pipeline file. */
  readonly path?: true
  /** Shown masked. */
  readonly secret?: true
  /** Older spellings of the key; the new key wins. */
  readonly deprecatedNames?: readonly string[]
  /** Values of older releases and what they are called today; null: without meaning now, so the key is left out with a warning. */
  readonly deprecatedValues?: Readonly<Record<string, string | null>>
}

export interface OptionSchema extends ValueSchema {
  readonly description: string
}

export type ItemSchema = ValueSchema | ComponentItems

/**
 * The items are components of one kind: `{ "action": "tag", ... }`. The key that names the component is the kind, the others are
 * the component's options. The stage gets them validated, with defaults, and creates the components itself.
 */
export interface ComponentItems {
  readonly component: PluginKind
  readonly description?: string
}

/** What a schema may say of a setting beside the words of JSON Schema. */
export const OPTION_KEYWORDS = [
  'secret',
  'deprecatedNames',
  'deprecatedValues',
  'path',
  'component',
] as const satisfies readonly (keyof ValueSchema | keyof ComponentItems)[]

/** Whether a value under this name is masked although the option that contains it is not secret as a whole. */
export const isSecretName = (name: string): boolean => /(password|secret|token|\.key\.pem)$/.test(name)

/** A setting's value after validation. */
export type Options = Readonly<Record<string, unknown>>

/** Version of the contract between the program and its plugins: of the types in this folder. */
export const CONTRACT_VERSION = 2

interface PluginCommon {
  readonly name: string
  /** Version of the contract that the component is written for. */
  readonly contract: typeof CONTRACT_VERSION
  /** What it is or does, as half a sentence for the reference page. */
  readonly summary: string
  /**
   * The settings that are its own. Those of handlers, actions, encoders and transports stand in the section of the stage that
   * uses them, so each of their keys begins with the component's name and a point.
   */
  readonly options: OptionsSchema
  /** How the records of channel types that come with this plugin are seen by rules, actions, encoders. */
  readonly adapters?: readonly RecordAdapter<never>[]
  /** The error codes that come with this plugin (`defineErrors`): `explain` and `list codes` show them. */
  readonly errors?: ErrorCatalogue
}

export interface DriverPlugin extends PluginCommon {
  readonly kind: 'driver'
  readonly offers: readonly string[]
  /** False for a driver that reads from elsewhere than the paths of the command line. */
  readonly needsPath?: false
  /**
   * Why drivers with these options cannot have their input read in parts by several threads (`Driver.partitions`); undefined: they
   * can. Without this member they cannot.
   */
  unpartitionableReason?(options: Options): string | undefined
  /** `paths`: the positional arguments, or the section's `path`. */
  create(options: Options, paths: readonly string[], host: Host): Driver
}

export interface ProcessorPlugin extends PluginCommon {
  readonly kind: 'processor'
  /** Channel types it reads; every input of a stage has the same type. */
  readonly accepts: readonly string[]
  /** Channel types it writes, empty for a last stage. */
  readonly offers: readonly string[]
  /** Those that a stage with these options writes, where it depends on them. */
  offersWith?(options: Options): readonly string[]
  /**
   * Its stages keep nothing from one trace to the next that shows in what they send, and `run` may be called again, for the
   * next trace, once it has resolved. Traces can then be shared out among threads, each with a stage of its own.
   */
  readonly isPartitionable?: boolean
  /**
   * The components that a stage with these options is made of; traces are shared out only if its handlers and actions are
   * `perTrace`. Throws a fault for one that is not known; its detail `key` is the key that names it.
   */
  subcomponents?(options: Options): readonly SubcomponentPlugin[]
  /**
   * How the reports of such stages become one, where adding numbers (`addedReports`) does not do. The last is that of the
   * stage that had the last trace.
   */
  mergeReports?(reports: readonly Report[]): Report
  /** Throws a fault (core/errors) if the options cannot work together. */
  create(options: Options, host: Host): Stage
}

/**
 * A component that a reading stage calls with what it reads; the stage names it in its option `handler`. The family of the
 * stage defines the interface of what `create` returns, and checks it.
 */
export interface GenericHandlerPlugin extends PluginCommon {
  readonly kind: 'handler'
  /** Channel types that its events go on to; empty: they end with it. */
  readonly offers: readonly string[]
  /** It keeps nothing from one trace to the next (see {@link ProcessorPlugin.isPartitionable}). */
  readonly isPartitionable?: boolean
  create(options: Options, host: Host): object
}

/** What a rule may name under `actions`. */
export interface ActionPlugin extends PluginCommon {
  readonly kind: 'action'
  /** It keeps nothing from one trace to the next (see {@link ProcessorPlugin.isPartitionable}). */
  readonly isPartitionable?: boolean
  create(options: Options, host: Host): Action
}

/** Among what an encoder accepts: whatever has a source. */
export const ANY_CHANNEL = '*'

/** A word of the exporter's option `format`, for records of some channel types. */
export interface EncoderPlugin extends PluginCommon {
  readonly kind: 'encoder'
  /**
   * Channel types whose records it writes. Several encoders may share a name if they share none of these. {@link ANY_CHANNEL}
   * stands for all types whose records can be listed (`host.records`) and that no encoder of this name has named.
   */
  readonly accepts: readonly string[]
  /** People read it: a record may have several lines, so only transports that show records to people carry it. */
  readonly isHumanReadable?: boolean
  /** Throws a fault if the options cannot work together. `host.inputType` is what it will write. */
  create(options: Options, host: EncoderHost): Encoder<never>
}

/** A word of the exporter's option `export`. What it needs is loaded when it is opened. */
export interface TransportPlugin extends PluginCommon {
  readonly kind: 'transport'
  /** Formats that it can carry; every format, if it says nothing. */
  readonly formats?: readonly string[]
  /** It shows records to people, and so carries the formats that are for people. */
  readonly isHumanReadable?: boolean
  /** Its target keeps documents under ids: chunks come with `meta.ids`. */
  readonly needsDocumentId?: boolean
  /** It uses the times of records: chunks come with `meta.times`. */
  readonly needsTime?: boolean
  /** What its messages are keyed by: chunks then come with `meta.keys`. */
  partitionKey?(options: Options): PartitionKey | undefined
  /** How much it wants at once, where that is not what `buffer` says. */
  batching?(options: Options): BatchPolicy
  /** What the options allow and should not; told once, however often a transport is made of them. */
  warnings?(options: Options): readonly Error[]
  /** Throws a fault if the options cannot work together. Opens nothing yet. */
  create(options: Options, host: TransportHost): Transport
}

/** What an encoder gets from the exporter that it is part of. */
export interface EncoderHost extends Host {
  /** Version of the product. */
  readonly version: string
  /** How the records that it will write are seen; absent where no plugin brings an adapter for them. */
  readonly adapter?: RecordAdapter<Batch> | undefined
  /** Where forms for people are looked at; absent where nobody has said. */
  readonly screen?: Screen | undefined
}

/** What standard output is to whoever looks at it. */
export interface Screen {
  /** Whether it is a terminal: machines read everything else. */
  readonly isTerminal: boolean
  /** Room for a line; 0: unknown. */
  readonly columns: number
  readonly hasColor: boolean
}

/** What a transport gets from the exporter that it is part of. */
export interface TransportHost extends Host {
  /** The process's standard output. */
  readonly stdout: Writable
  readonly format: string
  /** How the records of its chunks are told apart. Absent: `lines`. */
  readonly framing?: Framing | undefined
  /** Version of the product. */
  readonly version: string
}

export type Plugin = DriverPlugin | ProcessorPlugin | SubcomponentPlugin
/** A component that stands inside of a stage. */
export type SubcomponentPlugin = GenericHandlerPlugin | ActionPlugin | EncoderPlugin | TransportPlugin
export type PluginKind = Plugin['kind']
export type PluginOf<K extends PluginKind> = Extract<Plugin, { readonly kind: K }>

export const PLUGIN_KINDS = [
  'driver',
  'processor',
  'handler',
  'action',
  'encoder',
  'transport',
] as const satisfies readonly PluginKind[]

/** The components that are known when a stage is made, built in or not. */
export interface Components {
  all<K extends PluginKind>(kind: K): readonly PluginOf<K>[]
  /** How records of a channel type are seen, judged or not. */
  adapter(channelType: string | undefined): RecordAdapter<Batch> | undefined
  /** Every known one. */
  readonly adapters: readonly RecordAdapter<Batch>[]
}

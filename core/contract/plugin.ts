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

/** JSON Schema (draft 07) of a component's options. ajv validates with it, the docs print it, environment overrides read it. */
export interface OptionsSchema {
  readonly type: 'object'
  readonly additionalProperties: false
  readonly required?: readonly string[]
  readonly properties: Readonly<Record<string, OptionSchema>>
  readonly examples?: readonly object[]
}

/** The allowed values of an option, of a key of an option, or of an item of a list. */
export interface ValueSchema {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array'
  readonly enum?: readonly (string | number)[]
  /** A given object gets the defaults of its keys. An absent object stays absent unless it has a default itself. */
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  /** Schema of the items of an array. */
  readonly items?: ItemSchema
  /** Keys of an object, with `additionalProperties: false`. Without this, the object may have any key. */
  readonly properties?: Readonly<Record<string, OptionSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: false
  /**
   * The path of a file or folder to read. A relative path is resolved in the current directory, then beside the pipeline file.
   */
  readonly path?: true
  /** The value is masked in output. */
  readonly secret?: true
  /** Deprecated names of the key. The current name takes precedence. */
  readonly deprecatedNames?: readonly string[]
  /** Deprecated values and their current names. Null: the value has no meaning now, so the key is ignored with a warning. */
  readonly deprecatedValues?: Readonly<Record<string, string | null>>
}

export interface OptionSchema extends ValueSchema {
  readonly description: string
}

export type ItemSchema = ValueSchema | ComponentItems

/**
 * The items are components of one kind: `{ "action": "tag", ... }`. The key that names the component is the kind; the other keys
 * are the component's options. The stage receives them validated, with defaults, and creates the components itself.
 */
export interface ComponentItems {
  readonly component: PluginKind
  readonly description?: string
}

/** The keywords that an option schema may have in addition to those of JSON Schema. */
export const OPTION_KEYWORDS = [
  'secret',
  'deprecatedNames',
  'deprecatedValues',
  'path',
  'component',
] as const satisfies readonly (keyof ValueSchema | keyof ComponentItems)[]

/** Whether a value under this name is masked although the option that contains it is not secret as a whole. */
export const isSecretName = (name: string): boolean => /(password|secret|token|\.key\.pem)$/.test(name)

/** The values of options after validation. */
export type Options = Readonly<Record<string, unknown>>

/** Version of the contract between the program and its plugins, that is, of the types in this folder. */
export const CONTRACT_VERSION = 2

interface PluginCommon {
  readonly name: string
  /** Version of the contract that the component is written for. */
  readonly contract: typeof CONTRACT_VERSION
  /** What the component is or does: a phrase for the reference page. */
  readonly summary: string
  /**
   * The options of the component itself. The options of handlers, actions, encoders and transports are in the section of the
   * stage that uses them, so each of their keys starts with the component's name and a point.
   */
  readonly options: OptionsSchema
  /** The adapters of the channel types that this plugin defines, for rules, actions and encoders. */
  readonly adapters?: readonly RecordAdapter<never>[]
  /** The error codes of this plugin (`defineErrors`). `explain` and `list codes` show them. */
  readonly errors?: ErrorCatalogue
}

export interface DriverPlugin extends PluginCommon {
  readonly kind: 'driver'
  readonly offers: readonly string[]
  /** False for a driver that does not read the paths of the command line. */
  readonly needsPath?: false
  /**
   * Why the input of drivers with these options cannot be read in partitions by several threads (`Driver.partitions`); undefined
   * if it can. A driver without this member cannot be partitioned.
   */
  unpartitionableReason?(options: Options): string | undefined
  /** `paths`: the positional arguments, or the `path` of the section. */
  create(options: Options, paths: readonly string[], host: Host): Driver
}

export interface ProcessorPlugin extends PluginCommon {
  readonly kind: 'processor'
  /** Channel types that it reads. Every input of a stage has the same type. */
  readonly accepts: readonly string[]
  /** Channel types that it writes; empty for a last stage. */
  readonly offers: readonly string[]
  /** The channel types that a stage with these options writes, if they depend on the options. */
  offersWith?(options: Options): readonly string[]
  /**
   * Its stages retain nothing from one trace to the next that affects what they send, and `run` may be called again for the next
   * trace after it has resolved. Traces can then be partitioned among threads, each with its own stage.
   */
  readonly isPartitionable?: boolean
  /**
   * The subcomponents of a stage with these options. Traces are partitioned only if the handlers and actions among them are
   * `isPartitionable`. Throws a fault for an unknown subcomponent; its detail `key` is the key that names it.
   */
  subcomponents?(options: Options): readonly SubcomponentPlugin[]
  /**
   * Merges the reports of such stages, where adding numbers (`sumReports`) is wrong. The last report is that of the stage that
   * had the last trace.
   */
  mergeReports?(reports: readonly Report[]): Report
  /** Throws a fault (core/errors) if the options cannot be combined. */
  create(options: Options, host: Host): Stage
}

/**
 * A component that a reading stage calls with what it reads. The option `handler` of the stage names it. The family of the stage
 * defines and checks the interface of what `create` returns.
 */
export interface GenericHandlerPlugin extends PluginCommon {
  readonly kind: 'handler'
  /** Channel types that the handler's events are sent to; empty if the events end with the handler. */
  readonly offers: readonly string[]
  /** It retains nothing from one trace to the next (see {@link ProcessorPlugin.isPartitionable}). */
  readonly isPartitionable?: boolean
  create(options: Options, host: Host): object
}

/** A component that a rule may name under `actions`. */
export interface ActionPlugin extends PluginCommon {
  readonly kind: 'action'
  /** It retains nothing from one trace to the next (see {@link ProcessorPlugin.isPartitionable}). */
  readonly isPartitionable?: boolean
  create(options: Options, host: Host): Action
}

/** In `accepts` of an encoder: all channel types that have an adapter. */
export const ANY_CHANNEL = '*'

/** A value of the exporter's option `format`, for records of some channel types. */
export interface EncoderPlugin extends PluginCommon {
  readonly kind: 'encoder'
  /**
   * Channel types whose records it writes. Several encoders may share a name if their types are disjoint. {@link ANY_CHANNEL}
   * means all types whose records can be listed (`host.records`) and that no other encoder of this name accepts.
   */
  readonly accepts: readonly string[]
  /** The output is for people: a record may have several lines, so only transports that show records to people can carry it. */
  readonly isHumanReadable?: boolean
  /** Throws a fault if the options cannot be combined. `host.inputType` is the channel type that it encodes. */
  create(options: Options, host: EncoderHost): Encoder<never>
}

/** A value of the exporter's option `export`. The transport loads its modules when it is opened. */
export interface TransportPlugin extends PluginCommon {
  readonly kind: 'transport'
  /** Formats that it can carry. Default: every format. */
  readonly formats?: readonly string[]
  /** It shows records to people, so it can carry human-readable formats. */
  readonly isHumanReadable?: boolean
  /** Its target stores documents by id: chunks have `meta.ids`. */
  readonly needsDocumentId?: boolean
  /** It uses the times of records: chunks have `meta.times`. */
  readonly needsTime?: boolean
  /** The partition key of its messages: chunks then have `meta.keys`. */
  partitionKey?(options: Options): PartitionKey | undefined
  /** The chunk limits of the transport, where they differ from the option `buffer`. */
  batching?(options: Options): BatchPolicy
  /** Warnings about valid but unsuitable options. Reported once, however many transports are created with the options. */
  warnings?(options: Options): readonly Error[]
  /** Throws a fault if the options cannot be combined. Opens nothing. */
  create(options: Options, host: TransportHost): Transport
}

/** What an exporter passes to its encoder. */
export interface EncoderHost extends Host {
  /** Version of the product. */
  readonly version: string
  /** The adapter of the records to encode. Absent if no plugin defines one. */
  readonly adapter?: RecordAdapter<Batch> | undefined
  /** The screen for human-readable formats. Absent if the program does not provide one. */
  readonly screen?: Screen | undefined
}

/** Properties of standard output as a display. */
export interface Screen {
  /** Whether it is a terminal. If it is not, a program reads the output. */
  readonly isTerminal: boolean
  /** Width of a line in columns; 0 if unknown. */
  readonly columns: number
  readonly hasColor: boolean
}

/** What an exporter passes to its transport. */
export interface TransportHost extends Host {
  /** The process's standard output. */
  readonly stdout: Writable
  readonly format: string
  /** How the records of its chunks are separated. Default: `lines`. */
  readonly framing?: Framing | undefined
  /** Version of the product. */
  readonly version: string
}

export type Plugin = DriverPlugin | ProcessorPlugin | SubcomponentPlugin
/** A component inside of a stage. */
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

/** The components that are available when a stage is created, built-in or not. */
export interface Components {
  all<K extends PluginKind>(kind: K): readonly PluginOf<K>[]
  /** The adapter of a channel type, evaluated or not. */
  adapter(channelType: string | undefined): RecordAdapter<Batch> | undefined
  /** All available adapters. */
  readonly adapters: readonly RecordAdapter<Batch>[]
}

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../core/contract/batch.js'
import type { Components, DriverPlugin, ProcessorPlugin } from '../../core/contract/plugin.js'
import type { RecordAdapter } from '../../core/contract/record-adapter.js'
import type { Fault } from '../../core/errors/fault.js'
import type { ResolvedOptions } from '../config/options/resolve-options.js'

/** A planned pipeline, the input of `build`. */
export interface Wiring {
  readonly channels: ReadonlyMap<string, ChannelPlan>
  readonly drivers: readonly DriverPlan[]
  /** In the order of the file. */
  readonly stages: readonly StagePlan[]
  /** The admin endpoint; absent: there is none. */
  readonly admin?: ResolvedOptions
  /** The components from which its stages are created. */
  readonly components: Components
  /** The adapter for the records of a channel type. */
  adapter(channelType: string | undefined): RecordAdapter<Batch> | undefined
  readonly warnings: readonly Fault[]
}

/** The adapters for the channel types of a pipeline, each once, in the order of the channels. */
export const adaptersInUse = ({ channels, adapter }: Pick<Wiring, 'channels' | 'adapter'>): readonly RecordAdapter<Batch>[] => [
  ...new Set([...channels.values()].map(({ type }) => adapter(type)).filter(found => found !== undefined)),
]

export interface ChannelPlan {
  readonly name: string
  readonly type: string
}

export interface StagePlan extends ResolvedOptions {
  /** The `name` of the stage, or its processor; with a number if several have the same name. */
  readonly name: string
  readonly plugin: ProcessorPlugin
  /** The plugin is not built in. */
  readonly isExternal: boolean
  readonly inputs: readonly ChannelPlan[]
  readonly outputs: readonly ChannelPlan[]
  /** Whether the run continues when the stage throws while it processes records. */
  readonly onError: 'continue' | 'stop'
  /** Where `in` and `out` are defined, as text for messages. */
  readonly channelOrigins: { readonly input: string; readonly output: string }
}

export interface DriverPlan extends ResolvedOptions {
  readonly name: string
  readonly plugin: DriverPlugin
  readonly paths: readonly string[]
  readonly output: ChannelPlan
}

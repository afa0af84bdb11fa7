// SPDX-License-Identifier: Apache-2.0

export { Acknowledgement } from '../contract/acknowledgement.js'
/**
 * What plugins import as `sfprocessor/plugin`. It knows no kind of record: families publish what belongs to their records.
 * Most plugins need types only, which leave no import at run time.
 */
export type { Action, ActionContext } from '../contract/action.js'
export type { AnyValue, KeyedValue, KeyedValues } from '../contract/any-value.js'
export { type Batch, CountedBatch } from '../contract/batch.js'
export type { Receiver, Sender } from '../contract/channel.js'
export {
  type ActionFieldValue,
  EvaluatedBatch,
  PRIORITIES,
  type Priority,
  type RuleMatches,
  type RuleMetadata,
  severityLevelOf,
  unevaluated,
} from '../contract/evaluated-batch.js'
export type {
  BatchPolicy,
  Chunk,
  ChunkMeta,
  ChunkWriter,
  DeliveryResult,
  Encoder,
  Framing,
  PartitionKey,
  RejectedRecord,
  Transport,
} from '../contract/exporter.js'
export { Ledger } from '../contract/ledger.js'
export { ListBatch } from '../contract/list-batch.js'
export type { Logger } from '../contract/logger.js'
export {
  type ActionPlugin,
  ANY_CHANNEL,
  type ComponentItems,
  CONTRACT_VERSION,
  type DriverPlugin,
  type EncoderHost,
  type EncoderPlugin,
  type GenericHandlerPlugin,
  type ItemSchema,
  type OptionSchema,
  type Options,
  type OptionsSchema,
  type Plugin,
  type PluginKind,
  type ProcessorPlugin,
  type Screen,
  type TransportHost,
  type TransportPlugin,
  type ValueSchema,
} from '../contract/plugin.js'
export type { Attribute, AttributeSet, AttributeValue, Entity, EntityColumn, RecordAdapter } from '../contract/record-adapter.js'
export type { RecordView } from '../contract/record-view.js'
export type { SampleOptions, SampleRecords } from '../contract/sample-records.js'
export type { Driver, Host, Stage } from '../contract/stage.js'
export { pluginError } from '../errors/plugin-error.js'

// SPDX-License-Identifier: Apache-2.0

/**
 * What plugins import as `sfprocessor/plugin`. It knows no kind of record: families publish what belongs to their records.
 * Most plugins need types only, which leave no import at run time.
 */
export type { Action, ActionContext } from '../contract/action.js'
export type { AnyValue, KeyedValue, KeyedValues } from '../contract/any-value.js'
export { Acknowledgement, type Batch, CountedBatch, ListBatch } from '../contract/batch.js'
export type { ErrorCatalogue, FaultText } from '../contract/error-catalogue.js'
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
export type { Host, Logger } from '../contract/host.js'
export { Ledger } from '../contract/ledger.js'
export {
  type ActionPlugin,
  ANY_CHANNEL,
  CONTRACT_VERSION,
  type ComponentItems,
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
  type SubcomponentPlugin,
  type TransportHost,
  type TransportPlugin,
  type ValueSchema,
} from '../contract/plugin.js'
export type { Attribute, AttributeSet, AttributeValue, Entity, EntityColumn, RecordAdapter } from '../contract/record-adapter.js'
export type { RecordView } from '../contract/record-view.js'
export type { Report } from '../contract/report.js'
export type { SampleOptions, SampleRecords } from '../contract/sample-records.js'
export type { Driver, Partition, Receiver, Sender, Stage } from '../contract/stage.js'
export { defineErrors } from '../errors/fault.js'
export { pluginError } from '../errors/plugin-error.js'

// SPDX-License-Identifier: Apache-2.0

export type {
  SysFlowContainer,
  SysFlowEntity,
  SysFlowFile,
  SysFlowHeader,
  SysFlowPod,
  SysFlowProcess,
  SysFlowProgram,
} from '../../plugins/sysflow/entities/sysflow-entity.js'
export type { Handler, HandlerPlugin } from '../../plugins/sysflow/published/handler.js'
export type { AcknowledgementOptions } from '../../plugins/sysflow/reader/acknowledgement-options.js'
export { SysFlowInput } from '../../plugins/sysflow/reader/sysflow-input.js'
export type { SysFlowSender } from '../../plugins/sysflow/reader/sysflow-sender.js'
/**
 * What authors of plugins import, as `sfprocessor/plugin`. Most need the types alone, which leave no import in what runs;
 * the values are here for those who bring records of their own.
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
  ChunkWriter,
  DeliveryResult,
  Encoder,
  PartitionKey,
  RejectedRecord,
  Transport,
} from '../contract/exporter.js'
export type { Host, Logger } from '../contract/host.js'
export { Ledger } from '../contract/ledger.js'
export {
  type ActionPlugin,
  ANY_CHANNEL,
  type DriverPlugin,
  type EncoderHost,
  type EncoderPlugin,
  type OptionSchema,
  type Options,
  type OptionsSchema,
  type Plugin,
  type PluginKind,
  type ProcessorPlugin,
  type Screen,
  type TransportHost,
  type TransportPlugin,
} from '../contract/plugin.js'
export type { Attribute, AttributeSet, AttributeValue, Entity, EntityColumn, RecordAdapter } from '../contract/record-adapter.js'
export type { RecordView } from '../contract/record-view.js'
export type { Driver, Receiver, Sender, Stage } from '../contract/stage.js'
export { defineErrors } from '../errors/fault.js'
export { pluginError } from '../errors/plugin-error.js'

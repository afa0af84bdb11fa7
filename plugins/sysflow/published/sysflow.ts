// SPDX-License-Identifier: Apache-2.0

/**
 * What plugins for SysFlow import as `sfprocessor/sysflow`: handlers of the stage `sysflowreader`, the entities that they get, and
 * `SysFlowInput` for drivers that read SysFlow from elsewhere.
 */
export type {
  SysFlowContainer,
  SysFlowEntity,
  SysFlowFile,
  SysFlowHeader,
  SysFlowPod,
  SysFlowProcess,
  SysFlowProgram,
} from '../entities/sysflow-entity.js'
export type { AcknowledgementOptions } from '../reader/acknowledgement-options.js'
export type { Handler, HandlerPlugin } from '../reader/handler.js'
export { SysFlowInput } from '../reader/sysflow-input.js'
export type { SysFlowSender } from '../reader/sysflow-sender.js'

// SPDX-License-Identifier: Apache-2.0

/**
 * The module `sfprocessor/sysflow` for SysFlow plugins: handlers of the stage `sysflowreader`, the entities that handlers
 * receive, and `SysFlowInput` for drivers that read SysFlow from other inputs.
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

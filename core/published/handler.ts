// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../contract/batch.js'
import type { Handler as AnyHandler } from '../contract/handler.js'
import type { HandlerPlugin as AnyHandlerPlugin, Options } from '../contract/plugin.js'
import type { Host } from '../contract/stage.js'
import type { SysFlowEntity } from '../sysflow/sysflow-entity.js'

/** A handler of SysFlow: `host.records(events)` goes through its events. */
export interface Handler extends AnyHandler<Batch, SysFlowEntity> {}

export interface HandlerPlugin extends Omit<AnyHandlerPlugin, 'create'> {
  /** The host's input is that of the rows of events: `flattenerchan`. */
  create(options: Options, host: Host): Handler
}

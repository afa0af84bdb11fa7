// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../core/contract/batch.js'
import type { Host } from '../../../core/contract/host.js'
import type { GenericHandlerPlugin as AnyHandlerPlugin, Options } from '../../../core/contract/plugin.js'
import type { SysFlowEntity } from '../entities/sysflow-entity.js'
import type { GenericHandler as AnyHandler } from '../reader/handler.js'

/** A handler of SysFlow: `host.records(events)` goes through its events. */
export interface Handler extends AnyHandler<Batch, SysFlowEntity> {}

export interface HandlerPlugin extends Omit<AnyHandlerPlugin, 'create'> {
  /** The host's input is that of the rows of events: `flattenerchan`. */
  create(options: Options, host: Host): Handler
}

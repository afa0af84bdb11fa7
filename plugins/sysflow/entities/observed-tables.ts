// SPDX-License-Identifier: Apache-2.0
import type { Container, FileEntity, Header, Pod, Process } from './entities.js'
import { EntityTables, type SharedTraceState, type TableCapacities } from './entity-tables.js'
import {
  type SysFlowEntity,
  toSysFlowContainer,
  toSysFlowFile,
  toSysFlowHeader,
  toSysFlowPod,
  toSysFlowProcess,
} from './sysflow-entity.js'

/** Entity tables that call `notify` for every entity after it is stored. */
export class ObservedTables extends EntityTables {
  readonly #notify: (entity: SysFlowEntity) => void

  /** `notify` must not throw. */
  constructor(sharedState: SharedTraceState, notify: (entity: SysFlowEntity) => void, capacities?: TableCapacities) {
    super(sharedState, capacities)
    this.#notify = notify
  }

  override storeHeader(header: Header): void {
    super.storeHeader(header)
    this.#notify(toSysFlowHeader(header))
  }

  override storeContainer(container: Container): void {
    super.storeContainer(container)
    this.#notify(toSysFlowContainer(container))
  }

  override storePod(pod: Pod): void {
    super.storePod(pod)
    this.#notify(toSysFlowPod(pod))
  }

  override storeProcess(process: Process): void {
    super.storeProcess(process)
    const { parent } = this.actor(process.createHigh, process.createLow | 0, process.pid)
    const container = this.container(process.containerId)
    this.#notify(toSysFlowProcess(process, parent, container, this.pod(container)))
  }

  override storeFile(file: FileEntity): void {
    super.storeFile(file)
    const container = this.container(file.containerId)
    this.#notify(toSysFlowFile(file, container, this.pod(container)))
  }
}

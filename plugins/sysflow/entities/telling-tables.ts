// SPDX-License-Identifier: Apache-2.0
import type { Container, FileEntity, Header, Pod, Process } from './entities.js'
import { containerTold, fileTold, headerTold, podTold, processTold, type SysFlowEntity } from './sysflow-entity.js'
import { type Room, type Shared, Tables } from './tables.js'

/** Tables that tell somebody of every entity when it has been filed. */
export class TellingTables extends Tables {
  readonly #tell: (entity: SysFlowEntity) => void

  /** `tell` never throws. */
  constructor(shared: Shared, tell: (entity: SysFlowEntity) => void, room?: Room) {
    super(shared, room)
    this.#tell = tell
  }

  override fileHeader(header: Header): void {
    super.fileHeader(header)
    this.#tell(headerTold(header))
  }

  override fileContainer(container: Container): void {
    super.fileContainer(container)
    this.#tell(containerTold(container))
  }

  override filePod(pod: Pod): void {
    super.filePod(pod)
    this.#tell(podTold(pod))
  }

  override fileProcess(process: Process): void {
    super.fileProcess(process)
    const { parent } = this.actor(process.createHigh, process.createLow | 0, process.pid)
    const container = this.container(process.containerId)
    this.#tell(processTold(process, parent, container, this.pod(container)))
  }

  override fileFile(file: FileEntity): void {
    super.fileFile(file)
    const container = this.container(file.containerId)
    this.#tell(fileTold(file, container, this.pod(container)))
  }
}

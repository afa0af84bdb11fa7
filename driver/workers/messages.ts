// SPDX-License-Identifier: Apache-2.0

import type { Environment } from '../../core/contract/environment.js'
import type { ChunkMeta, Framing } from '../../core/contract/exporter.js'
import type { Logger } from '../../core/contract/host.js'
import type { Partition } from '../../core/contract/stage.js'
import type { SerializedFault } from '../../core/errors/serialized-fault.js'
import type { RunSettings } from '../config/run-settings.js'
import type { InputProgress, PartSummary, Queue } from '../pipeline/pipeline-view.js'

/** What a worker thread is given when it starts. */
export interface Assignment {
  readonly settings: RunSettings
  readonly environment: Environment
  readonly directory: string
  /** What all workers would say of rules and settings is said by one. */
  readonly isFirst: boolean
}

/** Main thread → worker. */
export type WorkerCommand =
  | { readonly kind: 'read'; readonly partition: Partition }
  /** A page that the worker had sent is done with; its memory comes back. */
  | { readonly kind: 'written'; readonly memory: ArrayBuffer }
  /** Look whether the policies have changed. */
  | { readonly kind: 'reload' }
  /** Read no further than the block at hand; what was read is still sent. */
  | { readonly kind: 'stop' }
  /** There are no more partitions. */
  | { readonly kind: 'close' }

/** Worker → main thread. */
export type WorkerMessage = WorkerBuilt | PartitionMessage | WorkerClosed | WorkerFailed

export interface WorkerBuilt {
  readonly kind: 'built'
  readonly figures: WorkerFigures
  /** What the health checks found. */
  readonly health: readonly SerializedFault[]
}

/** What comes between the command `read` and the message `done` belongs to that partition. */
export type PartitionMessage = ChunkMessage | ComponentMessage | FiguresMessage

export interface ChunkMessage {
  readonly kind: 'page'
  readonly stage: string
  /** Both in the same memory. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly ends: Uint32Array<ArrayBuffer>
  readonly framing?: Framing | undefined
  readonly meta?: ChunkMeta | undefined
}

/** What a component has to say: a line of the log, or a fault. */
export type ComponentMessage =
  | { readonly kind: 'line'; readonly component: string; readonly level: keyof Logger; readonly text: string }
  | { readonly kind: 'fault'; readonly component: string; readonly fault: SerializedFault; readonly lostData: boolean }

export interface FiguresMessage {
  readonly kind: 'figures' | 'done'
  readonly figures: WorkerFigures
}

/** All parts are closed. The last word of a worker that has done its work. */
export interface WorkerClosed {
  readonly kind: 'closed'
  readonly faults: readonly SerializedFault[]
  /** Where the books do not balance. */
  readonly mismatches: readonly SerializedFault[]
}

/** The last word of one whose pipeline cannot be built, or has broken. */
export interface WorkerFailed {
  readonly kind: 'failed'
  readonly faults: readonly SerializedFault[]
}

/** A worker's own pipeline so far. */
export interface WorkerFigures {
  readonly parts: readonly PartSummary[]
  readonly progress: InputProgress | undefined
  readonly queues: readonly Queue[]
}

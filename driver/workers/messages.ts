// SPDX-License-Identifier: Apache-2.0

import type { Environment } from '../../core/contract/environment.js'
import type { ChunkMeta, Framing } from '../../core/contract/exporter.js'
import type { Logger } from '../../core/contract/host.js'
import type { Partition } from '../../core/contract/stage.js'
import type { SerializedFault } from '../../core/errors/serialized-fault.js'
import type { RunSettings } from '../config/run-settings.js'
import type { InputProgress, PartSummary, Queue } from '../pipeline/pipeline-view.js'

/** The data that a worker thread gets at its start. */
export interface Assignment {
  readonly settings: RunSettings
  readonly environment: Environment
  readonly directory: string
  /** Only the first worker reports what all workers would report about rules and settings. */
  readonly isFirst: boolean
}

/** Main thread → worker. */
export type WorkerCommand =
  | { readonly kind: 'read'; readonly partition: Partition }
  /** A chunk from the worker is finished; its memory is returned. */
  | { readonly kind: 'written'; readonly memory: ArrayBuffer }
  /** Check whether the policies have changed. */
  | { readonly kind: 'reload' }
  /** Stop reading after the current block; the records read so far are still sent. */
  | { readonly kind: 'stop' }
  /** There are no more partitions. */
  | { readonly kind: 'close' }

/** Worker → main thread. */
export type WorkerMessage = WorkerBuilt | PartitionMessage | WorkerClosed | WorkerFailed

export interface WorkerBuilt {
  readonly kind: 'built'
  readonly figures: WorkerFigures
  /** Faults that the health checks found. */
  readonly health: readonly SerializedFault[]
}

/** Messages between the command `read` and the message `done` belong to that partition. */
export type PartitionMessage = ChunkMessage | ComponentMessage | FiguresMessage

export interface ChunkMessage {
  readonly kind: 'chunk'
  readonly stage: string
  /** Both use the same memory. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly ends: Uint32Array<ArrayBuffer>
  readonly framing?: Framing | undefined
  readonly meta?: ChunkMeta | undefined
}

/** A line of the log or a fault from a component. */
export type ComponentMessage =
  | { readonly kind: 'line'; readonly component: string; readonly level: keyof Logger; readonly text: string }
  | { readonly kind: 'fault'; readonly component: string; readonly fault: SerializedFault; readonly lostData: boolean }

export interface FiguresMessage {
  readonly kind: 'figures' | 'done'
  readonly figures: WorkerFigures
}

/** All components are closed. The last message of a worker that has finished. */
export interface WorkerClosed {
  readonly kind: 'closed'
  readonly faults: readonly SerializedFault[]
  /** Ledgers whose record counts do not add up. */
  readonly mismatches: readonly SerializedFault[]
}

/** The last message of a worker whose pipeline cannot be built, or has failed. */
export interface WorkerFailed {
  readonly kind: 'failed'
  readonly faults: readonly SerializedFault[]
}

/** The figures of a worker's pipeline so far. */
export interface WorkerFigures {
  readonly parts: readonly PartSummary[]
  readonly progress: InputProgress | undefined
  readonly queues: readonly Queue[]
}

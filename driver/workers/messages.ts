// SPDX-License-Identifier: Apache-2.0
import type { Logger } from '../../core/contract/host.js'
import type { SerializedFault } from '../../core/errors/serialized-fault.js'
import type { TraceFile } from '../../plugins/sysflow/drivers/trace-files.js'
import type { RunSettings } from '../cli/run-options.js'
import type { Environment } from '../config/environment.js'
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
  | { readonly kind: 'read'; readonly file: TraceFile }
  /** A page that the worker had sent is done with; its memory comes back. */
  | { readonly kind: 'written'; readonly memory: ArrayBuffer }
  /** Look whether the policies have changed. */
  | { readonly kind: 'reload' }
  /** Read no further than the block at hand; what was read is still sent. */
  | { readonly kind: 'stop' }
  /** There are no more traces. */
  | { readonly kind: 'close' }

/** Worker → main thread. */
export type WorkerMessage = WorkerBuilt | TraceMessage | WorkerClosed | WorkerFailed

export interface WorkerBuilt {
  readonly kind: 'built'
  readonly figures: WorkerFigures
  /** What the health checks found. */
  readonly health: readonly SerializedFault[]
}

/** What comes between the orders `read` and the news `done` belongs to that trace. */
export type TraceMessage = ChunkMessage | ComponentMessage | FiguresMessage

export interface ChunkMessage {
  readonly kind: 'page'
  readonly stage: string
  /** Both in the same memory. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly ends: Uint32Array<ArrayBuffer>
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

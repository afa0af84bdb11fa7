// SPDX-License-Identifier: Apache-2.0
import { AckTracker } from './ack-tracker.js'
import { Checkpoint, type CheckpointEntry } from './checkpoint.js'

/** How far each file has been read and acknowledged, in memory and, if there is a checkpoint, on disk. */
export class ProgressTracker {
  readonly #checkpoint: Checkpoint
  readonly #interval: number
  readonly #onError: (error: unknown) => void
  readonly #files = new Map<string, { readonly entry: CheckpointEntry; readonly tracker?: AckTracker }>()
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  #isFrozen = false

  /** `every`: milliseconds between two writes. `failed`: told when one fails; the next is tried all the same. */
  constructor(path: string, interval: number, onError: (error: unknown) => void) {
    this.#checkpoint = new Checkpoint(path)
    this.#interval = interval
    this.#onError = onError
  }

  /** Throws a fault if the checkpoint cannot be understood. */
  async open(): Promise<void> {
    for (const entry of await this.#checkpoint.read()) this.#files.set(entry.id, { entry })
    this.#timer = setInterval(() => this.#write(), this.#interval).unref()
  }

  /** What was kept of a file. */
  of(id: string): CheckpointEntry | undefined {
    const file = this.#files.get(id)
    return file && { ...file.entry, offset: offsetOf(file) }
  }

  /** Begins to keep the progress of a file that is known up to `offset`. */
  begin({ id, path }: Pick<CheckpointEntry, 'id' | 'path'>, fingerprint: string, offset: number): AckTracker {
    const tracker = new AckTracker(offset, () => this.#isFrozen)
    // The newest last.
    this.#files.delete(id)
    const [oldest] = this.#files.keys()
    if (oldest !== undefined && this.#files.size >= MAX_FILES) this.#files.delete(oldest)
    this.#files.set(id, { entry: { id, path, fingerprint, offset }, tracker })
    return tracker
  }

  /** From now on what is released has not been delivered. */
  freeze(): void {
    this.#isFrozen = true
  }

  /** Writes what holds in the end. */
  async close(): Promise<void> {
    if (this.#timer === undefined) return
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#write()
    await this.#writing
  }

  #write(): void {
    this.#writing = this.#writing.then(async () => {
      const files = [...this.#files.values()].map(file => ({ ...file.entry, offset: offsetOf(file) }))
      await this.#checkpoint.write(files).catch(this.#onError)
    })
  }
}

/** Files that are remembered; of more than these the ones that were read longest ago are forgotten. */
const MAX_FILES = 10_000

const offsetOf = ({ entry, tracker }: { readonly entry: CheckpointEntry; readonly tracker?: AckTracker }): number =>
  tracker?.offset ?? entry.offset

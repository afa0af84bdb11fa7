// SPDX-License-Identifier: Apache-2.0
import { AckTracker } from './ack-tracker.js'
import { Checkpoint, type CheckpointEntry } from './checkpoint.js'

/** How far each file has been read and acknowledged, in memory and in the checkpoint file. */
export class ProgressTracker {
  readonly #checkpoint: Checkpoint
  readonly #interval: number
  readonly #onError: (error: unknown) => void
  readonly #files = new Map<string, { readonly entry: CheckpointEntry; readonly tracker?: AckTracker }>()
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  #isFrozen = false

  /** `interval`: milliseconds between two writes. `onError`: called when a write fails; later writes are still attempted. */
  constructor(path: string, interval: number, onError: (error: unknown) => void) {
    this.#checkpoint = new Checkpoint(path)
    this.#interval = interval
    this.#onError = onError
  }

  /** Throws a fault if the checkpoint file is invalid. */
  async open(): Promise<void> {
    for (const entry of await this.#checkpoint.read()) this.#files.set(entry.id, { entry })
    this.#timer = setInterval(() => this.#write(), this.#interval).unref()
  }

  /** The stored progress of a file. */
  of(id: string): CheckpointEntry | undefined {
    const file = this.#files.get(id)
    return file && { ...file.entry, offset: offsetOf(file) }
  }

  /** Starts to track the progress of a file that is acknowledged up to `offset`. */
  begin({ id, path }: Pick<CheckpointEntry, 'id' | 'path'>, fingerprint: string, offset: number): AckTracker {
    const tracker = new AckTracker(offset, () => this.#isFrozen)
    // The map is in the order of reading, the newest file last.
    this.#files.delete(id)
    const [oldest] = this.#files.keys()
    if (oldest !== undefined && this.#files.size >= MAX_FILES) this.#files.delete(oldest)
    this.#files.set(id, { entry: { id, path, fingerprint, offset }, tracker })
    return tracker
  }

  /** From now on, released batches do not count as delivered. */
  freeze(): void {
    this.#isFrozen = true
  }

  /** Writes the final state. */
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

/** Maximum number of files to remember. Beyond it, the file that was read longest ago is forgotten. */
const MAX_FILES = 10_000

const offsetOf = ({ entry, tracker }: { readonly entry: CheckpointEntry; readonly tracker?: AckTracker }): number =>
  tracker?.offset ?? entry.offset

// SPDX-License-Identifier: Apache-2.0
import { Acknowledged } from '../../../core/input/acknowledged.js'
import { Checkpoint, type Mark } from '../../../core/input/checkpoint.js'

/** How far each file has been read and acknowledged, in memory and, if there is a checkpoint, on disk. */
export class KeptProgress {
  readonly #checkpoint: Checkpoint
  readonly #every: number
  readonly #failed: (error: unknown) => void
  readonly #files = new Map<string, { readonly mark: Mark; readonly acknowledged?: Acknowledged }>()
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  #isFrozen = false

  /** `every`: milliseconds between two writes. `failed`: told when one fails; the next is tried all the same. */
  constructor(path: string, every: number, failed: (error: unknown) => void) {
    this.#checkpoint = new Checkpoint(path)
    this.#every = every
    this.#failed = failed
  }

  /** Throws a fault if the checkpoint cannot be understood. */
  async open(): Promise<void> {
    for (const mark of await this.#checkpoint.read()) this.#files.set(mark.id, { mark })
    this.#timer = setInterval(() => this.#write(), this.#every).unref()
  }

  /** What was kept of a file. */
  of(id: string): Mark | undefined {
    const file = this.#files.get(id)
    return file && { ...file.mark, offset: offsetOf(file) }
  }

  /** Begins to keep the progress of a file that is known up to `offset`. */
  begin({ id, path }: Pick<Mark, 'id' | 'path'>, fingerprint: string, offset: number): Acknowledged {
    const acknowledged = new Acknowledged(offset, () => this.#isFrozen)
    // The newest last.
    this.#files.delete(id)
    const [oldest] = this.#files.keys()
    if (oldest !== undefined && this.#files.size >= MOST_FILES) this.#files.delete(oldest)
    this.#files.set(id, { mark: { id, path, fingerprint, offset }, acknowledged })
    return acknowledged
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
      const files = [...this.#files.values()].map(file => ({ ...file.mark, offset: offsetOf(file) }))
      await this.#checkpoint.write(files).catch(this.#failed)
    })
  }
}

/** Files that are remembered; of more than these the ones that were read longest ago are forgotten. */
const MOST_FILES = 10_000

const offsetOf = ({ mark, acknowledged }: { readonly mark: Mark; readonly acknowledged?: Acknowledged }): number =>
  acknowledged?.offset ?? mark.offset

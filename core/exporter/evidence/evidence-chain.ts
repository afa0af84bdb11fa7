// SPDX-License-Identifier: Apache-2.0

import { type FileHandle, open, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Framing } from '../../contract/exporter.js'
import { Fault } from '../../errors/fault.js'
import { codeOf, reasonOf } from '../../errors/reason.js'
import { chainPathOf, exists, findRotatedChains } from './chain-files.js'
import { type ChainLine, type ChainLineContent, formatChainLine, NO_HASH, sha256 } from './chain-line.js'
import { type ChainTail, hashContent, readChainTail } from './chain-tail.js'
import type { FileObserver } from './file-observer.js'
import type { Signer } from './signing-keys.js'

export interface EvidenceChainSettings {
  /** Path of the export file. */
  readonly path: string
  /** The framing of the records in the file. Absent: `lines`. */
  readonly framing?: Framing | undefined
  /** Undefined: lines are not signed. */
  readonly signer: Signer | undefined
  /** Maximum number of seconds between writing records and signing them. */
  readonly every: number
}

/**
 * Writes a chain beside an export file: one line for every appended chunk, each with the hash of the line before it. The records
 * themselves stay unchanged. A line follows its records, so after a kill some records may have no line: the next writer reports
 * them in the chain, and also bytes that are missing.
 */
export class EvidenceChain implements FileObserver {
  readonly #settings: EvidenceChainSettings
  readonly #report: (fault: Fault) => void
  readonly #now: () => number
  #file: FileHandle | undefined
  /** Size of the chain file in bytes. */
  #size = 0
  #last: ChainLine | undefined
  #lastSignedAt = 0
  /** Whether the chain has lines that no signature covers yet. */
  #hasUnsignedRecords = false
  #hasOpenedBefore = false
  #timer: NodeJS.Timeout | undefined
  /** Serialises the operations, so that a due signature comes between two chunks, never within one. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(settings: EvidenceChainSettings, report: (fault: Fault) => void, now: () => number) {
    this.#settings = settings
    this.#report = report
    this.#now = now
  }

  opened(size: number): Promise<void> {
    return this.#enqueue(async () => {
      await this.#release()
      const tail = await this.#recoverTail()
      const path = chainPathOf(this.#settings.path)
      this.#file = await open(path, 'a', 0o644)
      this.#size = tail?.size ?? 0
      if (tail && tail.tornBytes > 0) await this.#truncateTail(path, tail)
      this.#last = tail?.last ?? (await this.#lastOfPreviousFiles())
      const origin = { every: this.#settings.every, key: this.#settings.signer?.keyId }
      if (!tail) await this.#append([{ kind: 'begin', ...origin }], { file: (this.#last?.file ?? 0) + 1, to: 0 })
      await this.#reconcile(size, tail)
      if (tail && !this.#hasOpenedBefore) await this.#append([{ kind: 'opened', ...origin }])
      this.#hasOpenedBefore = true
    })
  }

  written(bytes: Uint8Array, records: number): Promise<void> {
    return this.#enqueue(async () => {
      const { signer, every } = this.#settings
      const from = this.#last?.to ?? 0
      const chunk = { kind: 'page', from, records, content: sha256(bytes) } as const
      const time = this.#now()
      const isSigned = signer !== undefined && isSignatureDue(time, this.#lastSignedAt, every)
      await this.#append(isSigned ? [chunk, { kind: 'checkpoint' }] : [chunk], { to: from + bytes.length, time })
      if (signer !== undefined && !isSigned) this.#scheduleSignature()
    })
  }

  rotating(path: string): Promise<void> {
    return this.#enqueue(() => this.#append([{ kind: 'aside', name: basename(path) }]))
  }

  /** Deletes the chain files of deleted files, after the chain has recorded their deletion. */
  deleting(paths: readonly string[]): Promise<void> {
    return this.#enqueue(async () => {
      const chains = [...new Set(paths.map(path => chainPathOf(path.replace(/\.gz$/, ''))))]
      const tails = await Promise.all(chains.map(readChainTail))
      const upTo = Math.max(0, ...tails.map(tail => tail?.last.file ?? 0))
      if (upTo > 0) await this.#append([{ kind: 'deleted', upTo }])
      for (const chain of chains) await unlink(chain).catch(ignoreMissingFile)
    })
  }

  sync(): Promise<void> {
    return this.#enqueue(async () => this.#file?.datasync())
  }

  close(): Promise<void> {
    return this.#enqueue(async () => {
      try {
        if (this.#file) await this.#append([{ kind: 'closed' }])
      } finally {
        await this.#release()
      }
    })
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work)
    this.#queue = result.catch(() => {})
    return result
  }

  async #release(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const file = this.#file
    this.#file = undefined
    await file?.close()
  }

  /**
   * The end of the chain of this file; undefined if there is none yet. If the export file was already renamed by rotation and its
   * chain was not, the chain is renamed first.
   */
  async #recoverTail(): Promise<ChainTail | undefined> {
    const path = chainPathOf(this.#settings.path)
    const tail = await readChainTail(path)
    if (tail === null) {
      this.#report(new Fault('SFP_EVIDENCE_DAMAGED', { path, bytes: (await stat(path)).size }))
      await rename(path, `${path}.damaged`)
      return undefined
    }
    if (tail?.last.kind !== 'aside') return tail
    const rotatedPath = join(dirname(path), basename(tail.last.name))
    if (!(await exists(rotatedPath)) && !(await exists(`${rotatedPath}.gz`))) return tail
    if (await exists(chainPathOf(rotatedPath))) return tail
    await rename(path, chainPathOf(rotatedPath))
    this.#last = tail.last
    return undefined
  }

  /** The end of the chain of the newest rotated file. */
  async #lastOfPreviousFiles(): Promise<ChainLine | undefined> {
    if (this.#last?.kind === 'aside') return this.#last
    const tails = await Promise.all((await findRotatedChains(this.#settings.path)).map(readChainTail))
    return tails.reduce<ChainLine | undefined>(
      (newest, tail) => (tail && tail.last.file > (newest?.file ?? 0) ? tail.last : newest),
      undefined,
    )
  }

  async #truncateTail(path: string, { size, tornBytes }: ChainTail): Promise<void> {
    this.#report(new Fault('SFP_EVIDENCE_DAMAGED', { path, bytes: tornBytes }, { level: 'warning' }))
    await this.#file?.truncate(size)
  }

  /** Records in the chain how far an export file of `size` bytes is longer or shorter than the chain says. */
  async #reconcile(size: number, tail: ChainTail | undefined): Promise<void> {
    const { path } = this.#settings
    const from = this.#last?.to ?? 0
    if (size < from) {
      this.#report(new Fault('SFP_EVIDENCE_LOST', { path, bytes: from - size }))
      await this.#append([{ kind: 'lost', missing: from - size }], { to: size })
      return
    }
    if (!this.#hasOpenedBefore && tail && !(await isUnchanged(path, tail)))
      this.#report(new Fault('SFP_EVIDENCE_CHANGED', { path }))
    if (size === from) return
    const foundContent = await hashContent(path, from, size, this.#settings.framing)
    const details = { path, bytes: size - from, records: foundContent.records }
    this.#report(new Fault('SFP_EVIDENCE_FOUND', details, { level: 'warning' }))
    await this.#append([{ kind: 'found', from, ...foundContent }], { to: size })
  }

  #scheduleSignature(): void {
    this.#hasUnsignedRecords = true
    if (this.#timer !== undefined) return
    const sign = async (): Promise<void> => {
      this.#timer = undefined
      if (this.#file && this.#hasUnsignedRecords) await this.#append([{ kind: 'checkpoint' }])
    }
    this.#timer = setTimeout(() => {
      this.#enqueue(sign).catch(error => this.#report(writeFault(chainPathOf(this.#settings.path), error)))
    }, this.#settings.every * 1000)
    this.#timer.unref()
  }

  /** Appends all of these lines or none: a partial write is truncated, so that it can be retried. */
  async #append(contents: readonly ChainLineContent[], at: Partial<Pick<ChainLine, 'file' | 'to' | 'time'>> = {}): Promise<void> {
    const { signer, path } = this.#settings
    const time = at.time ?? this.#now()
    let last = this.#last
    let texts = ''
    for (const lineContent of contents) {
      const start = {
        sequence: (last?.sequence ?? 0) + 1,
        file: at.file ?? last?.file ?? 1,
        time,
        to: at.to ?? last?.to ?? 0,
        previous: last?.hash ?? NO_HASH,
      }
      const { text, line } = formatChainLine(start, lineContent, signer && (content => signer.sign(content)))
      texts += `${text}\n`
      last = line
    }
    try {
      await this.#file?.appendFile(texts)
    } catch (error) {
      await this.#file?.truncate(this.#size).catch(() => {})
      throw writeFault(chainPathOf(path), error)
    }
    this.#size += Buffer.byteLength(texts)
    this.#last = last
    if (last?.kind === 'page') return
    this.#lastSignedAt = time
    this.#hasUnsignedRecords = false
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}

/** Whether a line written at this time must be followed by a signature. */
export const isSignatureDue = (time: number, lastSignedAt: number, every: number): boolean =>
  Math.abs(time - lastSignedAt) >= every * 1000

const writeFault = (path: string, error: unknown): Fault =>
  error instanceof Fault ? error : new Fault('SFP_EVIDENCE_UNWRITTEN', { path, reason: reasonOf(error) }, { cause: error })

async function isUnchanged(path: string, { lastContent: line, last }: ChainTail): Promise<boolean> {
  if (line === undefined || (line.kind !== 'page' && line.kind !== 'found') || line.file !== last.file) return true
  return (await hashContent(path, line.from, line.to)).content === line.content
}

function ignoreMissingFile(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error
}

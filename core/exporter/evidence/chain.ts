// SPDX-License-Identifier: Apache-2.0
import { type FileHandle, open, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Fault } from '../../errors/fault.js'
import { codeOf, reasonOf } from '../../errors/reason.js'
import type { FileWitness } from '../transports/file.js'
import { chainOf, chainsBeside } from './family.js'
import type { Signer } from './keys.js'
import { type Line, type LineFacts, NO_HASH, sha256, written } from './line.js'
import { contentOf, readTail, type Tail } from './tail.js'

export interface ChainSettings {
  /** The export file. */
  readonly path: string
  /** Undefined: nothing is signed. */
  readonly signer: Signer | undefined
  /** Seconds after which what was written is signed, at the latest. */
  readonly every: number
}

/**
 * Keeps a chain beside an export file: a line for every page that was appended, each with the hash of the line before it. The
 * records themselves stay as they are. A line follows its records, so after a kill some may be there without one: the next
 * writer says so in the chain, and also if something is missing.
 */
export class Chain implements FileWitness {
  readonly #settings: ChainSettings
  readonly #report: (fault: Fault) => void
  readonly #now: () => number
  #file: FileHandle | undefined
  /** Bytes of the chain file. */
  #size = 0
  #last: Line | undefined
  #lastSigned = 0
  /** Whether there are lines that no signature vouches for yet. */
  #isUnsigned = false
  #hasGoneOn = false
  #timer: NodeJS.Timeout | undefined
  /** A signature that is due comes between two pages, never within. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(settings: ChainSettings, report: (fault: Fault) => void, now: () => number) {
    this.#settings = settings
    this.#report = report
    this.#now = now
  }

  opened(size: number): Promise<void> {
    return this.#inTurn(async () => {
      await this.#release()
      const tail = await this.#tail()
      const path = chainOf(this.#settings.path)
      this.#file = await open(path, 'a', 0o644)
      this.#size = tail?.size ?? 0
      if (tail && tail.rest > 0) await this.#cutOff(path, tail)
      this.#last = tail?.last ?? (await this.#lastBefore())
      const origin = { every: this.#settings.every, key: this.#settings.signer?.name }
      if (!tail) await this.#append([{ kind: 'begin', ...origin }], { file: (this.#last?.file ?? 0) + 1, to: 0 })
      await this.#account(size, tail)
      if (tail && !this.#hasGoneOn) await this.#append([{ kind: 'opened', ...origin }])
      this.#hasGoneOn = true
    })
  }

  wrote(bytes: Uint8Array, records: number): Promise<void> {
    return this.#inTurn(async () => {
      const { signer, every } = this.#settings
      const from = this.#last?.to ?? 0
      const page = { kind: 'page', from, records, content: sha256(bytes) } as const
      const time = this.#now()
      const isSigned = signer !== undefined && isDue(time, this.#lastSigned, every)
      await this.#append(isSigned ? [page, { kind: 'checkpoint' }] : [page], { to: from + bytes.length, time })
      if (signer !== undefined && !isSigned) this.#signLater()
    })
  }

  puttingAside(path: string): Promise<void> {
    return this.#inTurn(() => this.#append([{ kind: 'aside', name: basename(path) }]))
  }

  /** The chain of a file goes with it, once it is written that it may. */
  deleting(paths: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      const chains = [...new Set(paths.map(path => chainOf(path.replace(/\.gz$/, ''))))]
      const tails = await Promise.all(chains.map(readTail))
      const upTo = Math.max(0, ...tails.map(tail => tail?.last.file ?? 0))
      if (upTo > 0) await this.#append([{ kind: 'deleted', upTo }])
      for (const chain of chains) await unlink(chain).catch(ignoreAbsence)
    })
  }

  sync(): Promise<void> {
    return this.#inTurn(async () => this.#file?.datasync())
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      try {
        if (this.#file) await this.#append([{ kind: 'closed' }])
      } finally {
        await this.#release()
      }
    })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => {})
    return done
  }

  async #release(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const file = this.#file
    this.#file = undefined
    await file?.close()
  }

  /** How the chain of this file ends; undefined if it has none yet. A chain whose file was put aside follows it first. */
  async #tail(): Promise<Tail | undefined> {
    const path = chainOf(this.#settings.path)
    const tail = await readTail(path)
    if (tail === null) {
      this.#report(new Fault('SFP_EVIDENCE_DAMAGED', { path, bytes: (await stat(path)).size }))
      await rename(path, `${path}.damaged`)
      return undefined
    }
    if (tail?.last.kind !== 'aside') return tail
    const aside = join(dirname(path), basename(tail.last.name))
    if (!(await exists(aside)) && !(await exists(`${aside}.gz`))) return tail
    if (await exists(chainOf(aside))) return tail
    await rename(path, chainOf(aside))
    this.#last = tail.last
    return undefined
  }

  /** The end of the chain of the newest file that was put aside. */
  async #lastBefore(): Promise<Line | undefined> {
    if (this.#last?.kind === 'aside') return this.#last
    const tails = await Promise.all((await chainsBeside(this.#settings.path)).map(readTail))
    return tails.reduce<Line | undefined>(
      (newest, tail) => (tail && tail.last.file > (newest?.file ?? 0) ? tail.last : newest),
      undefined,
    )
  }

  async #cutOff(path: string, { size, rest }: Tail): Promise<void> {
    this.#report(new Fault('SFP_EVIDENCE_DAMAGED', { path, bytes: rest }, { level: 'warning' }))
    await this.#file?.truncate(size)
  }

  /** Writes down what an export file of `size` bytes has too much or too little. */
  async #account(size: number, tail: Tail | undefined): Promise<void> {
    const { path } = this.#settings
    const from = this.#last?.to ?? 0
    if (size < from) {
      this.#report(new Fault('SFP_EVIDENCE_LOST', { path, bytes: from - size }))
      await this.#append([{ kind: 'lost', missing: from - size }], { to: size })
      return
    }
    if (!this.#hasGoneOn && tail && !(await isUnchanged(path, tail))) this.#report(new Fault('SFP_EVIDENCE_CHANGED', { path }))
    if (size === from) return
    const found = await contentOf(path, from, size)
    const details = { path, bytes: size - from, records: found.records }
    this.#report(new Fault('SFP_EVIDENCE_FOUND', details, { level: 'warning' }))
    await this.#append([{ kind: 'found', from, ...found }], { to: size })
  }

  #signLater(): void {
    this.#isUnsigned = true
    if (this.#timer !== undefined) return
    const sign = async (): Promise<void> => {
      this.#timer = undefined
      if (this.#file && this.#isUnsigned) await this.#append([{ kind: 'checkpoint' }])
    }
    this.#timer = setTimeout(() => {
      this.#inTurn(sign).catch(error => this.#report(unwritten(chainOf(this.#settings.path), error)))
    }, this.#settings.every * 1000)
    this.#timer.unref()
  }

  /** All of these lines or none: what cannot be written whole is taken back, so that it can be tried again. */
  async #append(all: readonly LineFacts[], at: Partial<Pick<Line, 'file' | 'to' | 'time'>> = {}): Promise<void> {
    const { signer, path } = this.#settings
    const time = at.time ?? this.#now()
    let last = this.#last
    let texts = ''
    for (const facts of all) {
      const start = {
        sequence: (last?.sequence ?? 0) + 1,
        file: at.file ?? last?.file ?? 1,
        time,
        to: at.to ?? last?.to ?? 0,
        previous: last?.hash ?? NO_HASH,
      }
      const { text, line } = written(start, facts, signer && (said => signer.sign(said)))
      texts += `${text}\n`
      last = line
    }
    try {
      await this.#file?.appendFile(texts)
    } catch (error) {
      await this.#file?.truncate(this.#size).catch(() => {})
      throw unwritten(chainOf(path), error)
    }
    this.#size += Buffer.byteLength(texts)
    this.#last = last
    if (last?.kind === 'page') return
    this.#lastSigned = time
    this.#isUnsigned = false
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}

/** Whether a page of this time has to be followed by a signature. */
export const isDue = (time: number, lastSigned: number, every: number): boolean => Math.abs(time - lastSigned) >= every * 1000

const unwritten = (path: string, error: unknown): Fault =>
  error instanceof Fault ? error : new Fault('SFP_EVIDENCE_UNWRITTEN', { path, reason: reasonOf(error) }, { cause: error })

async function isUnchanged(path: string, { lastContent: line, last }: Tail): Promise<boolean> {
  if (line === undefined || (line.kind !== 'page' && line.kind !== 'found') || line.file !== last.file) return true
  return (await contentOf(path, line.from, line.to)).content === line.content
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    error => {
      if (codeOf(error) !== 'ENOENT') throw error
      return false
    },
  )

function ignoreAbsence(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error
}

// SPDX-License-Identifier: Apache-2.0
import { CATALOGUE, type FaultCode } from './catalogue.js'

/** A place in a text: line and column count from 1, `length` is how far the caret line reaches (1 if unknown). */
export interface SourcePosition {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly length?: number
  /** The whole text, so that the line can be shown without reading the file again. */
  readonly text?: string
}

export type Details = Readonly<Record<string, string | number>>

/**
 * The one kind of error that is not a bug of ours: what happened, where, how to mend it, under a stable code.
 * `where` is a place in a text or, in flight, a stage, channel, file with byte offset: any short phrase.
 * `isTemporary`: the same may succeed later, so it is worth trying again.
 */
export class Fault extends Error {
  readonly code: FaultCode
  readonly details: Details
  readonly position: SourcePosition | undefined
  readonly where: string | undefined
  readonly level: 'error' | 'warning'
  readonly isTemporary: boolean

  constructor(
    code: FaultCode,
    details: Details = {},
    options: {
      position?: SourcePosition | undefined
      where?: string | undefined
      level?: 'error' | 'warning'
      isTemporary?: boolean
      cause?: unknown
    } = {},
  ) {
    super(fillTemplate(CATALOGUE[code].what, details), options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'Fault'
    this.code = code
    this.details = details
    this.position = options.position
    this.where = options.where
    this.level = options.level ?? 'error'
    this.isTemporary = options.isTemporary ?? false
  }

  get hint(): string {
    return fillTemplate(CATALOGUE[this.code].hint, this.details)
  }
}

/** Several faults found together; thrown so that the reader sees all of them at once. */
export class Faults extends Error {
  readonly faults: readonly Fault[]

  constructor(faults: readonly Fault[]) {
    super(`${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}: ${faults[0]?.message ?? ''}`)
    this.name = 'Faults'
    this.faults = faults
  }
}

/** An absent detail leaves its clause empty: "{nearest}" is then dropped together with the sentence it stands in. */
function fillTemplate(text: string, details: Details): string {
  return text
    .split(/(?<=[.;?]) /)
    .filter(part =>
      [...part.matchAll(/\{(\w+)\}/g)].every(match => details[match[1] ?? ''] !== undefined && details[match[1] ?? ''] !== ''),
    )
    .join(' ')
    .replace(/\{(\w+)\}/g, (_, name: string) => truncateDetail(String(details[name])))
}

/** A name of 1 MB is told by its beginning. */
const truncateDetail = (detail: string): string =>
  detail.length > MAX_DETAIL_LENGTH ? `${detail.slice(0, MAX_DETAIL_LENGTH)}…` : detail
const MAX_DETAIL_LENGTH = 1000

// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue, FaultText } from '../contract/error-catalogue.js'
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

export interface FaultOptions {
  readonly position?: SourcePosition | undefined
  readonly where?: string | undefined
  readonly level?: 'error' | 'warning'
  readonly isTemporary?: boolean
  readonly cause?: unknown
}

/**
 * The one kind of error that is not a bug of ours: what happened, where, how to fix it, under a stable code.
 * `where` is a place in a text or, in flight, a stage, channel, file with byte offset: any short phrase.
 * `isTemporary`: the same may succeed later, so it is worth trying again.
 */
export class Fault extends Error {
  readonly code: string
  readonly details: Details
  /** The text of its code. The fault carries it, so no table of all codes is needed to show it. */
  readonly text: FaultText
  readonly position: SourcePosition | undefined
  readonly where: string | undefined
  readonly level: 'error' | 'warning'
  readonly isTemporary: boolean

  /** For the codes of families and plugins: {@link defineErrors} calls it. */
  constructor(code: string, details: Details, options: FaultOptions & { readonly text: FaultText })
  constructor(code: FaultCode, details?: Details, options?: FaultOptions)
  constructor(code: string, details: Details = {}, options: FaultOptions & { readonly text?: FaultText } = {}) {
    const text = options.text ?? CATALOGUE[code as FaultCode]
    super(fillTemplate(text.what, details), options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'Fault'
    this.code = code
    this.details = details
    this.text = text
    this.position = options.position
    this.where = options.where
    this.level = options.level ?? 'error'
    this.isTemporary = options.isTemporary ?? false
  }

  get hint(): string {
    return fillTemplate(this.text.hint, this.details)
  }

  /** The same fault with other options; those that are not given stay. */
  with(options: FaultOptions): Fault {
    const { code, details, text, position, where, level, isTemporary, cause } = this
    return new Fault(code, details, { position, where, level, isTemporary, cause, ...options, text })
  }
}

/**
 * The function that makes the faults of a family or plugin. A code that its catalogue does not have is a compile error:
 *
 *     export const mailFault = defineErrors({ MAIL_REFUSED: { what: '{server} refused the mail', hint: 'see its log' } })
 *     throw mailFault('MAIL_REFUSED', { server })
 *
 * The same catalogue goes into the member `errors` of the family or plugin: `explain` and the docs show it.
 */
export const defineErrors =
  <const C extends ErrorCatalogue>(catalogue: C) =>
  (code: keyof C & string, details: Details = {}, options: FaultOptions = {}): Fault => {
    const text = catalogue[code]
    if (text === undefined) throw new TypeError(`the error code ${code} is not in the catalogue`)
    return new Fault(code, details, { ...options, text })
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

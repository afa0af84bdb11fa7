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
 * The only class of expected errors: what happened, where, how to fix it, under a stable code. Any other error is a bug. `where`
 * is a position in a text or, at run time, a short phrase: a stage, a channel, a file with byte offset. `isTemporary`: a retry
 * may succeed.
 */
export class Fault extends Error {
  readonly code: string
  readonly details: Details
  /** The text of the code. The fault carries it, so it can be shown without a table of all codes. */
  readonly text: FaultText
  readonly position: SourcePosition | undefined
  readonly where: string | undefined
  readonly level: 'error' | 'warning'
  readonly isTemporary: boolean

  /** The constructor for the codes of families and plugins: {@link defineErrors} calls it. */
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

  /** A copy of the fault with other options; options that are not given stay. */
  with(options: FaultOptions): Fault {
    const { code, details, text, position, where, level, isTemporary, cause } = this
    return new Fault(code, details, { position, where, level, isTemporary, cause, ...options, text })
  }
}

/**
 * Returns the function that creates the faults of a family or plugin. A code that its catalogue does not have is a compile error:
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

/** An absent detail removes its clause: "{nearest}" is dropped together with its sentence. */
function fillTemplate(text: string, details: Details): string {
  return text
    .split(/(?<=[.;?]) /)
    .filter(part =>
      [...part.matchAll(/\{(\w+)\}/g)].every(match => details[match[1] ?? ''] !== undefined && details[match[1] ?? ''] !== ''),
    )
    .join(' ')
    .replace(/\{(\w+)\}/g, (_, name: string) => truncateDetail(String(details[name])))
}

/** A detail of 1 MB is truncated to its beginning. */
const truncateDetail = (detail: string): string =>
  detail.length > MAX_DETAIL_LENGTH ? `${detail.slice(0, MAX_DETAIL_LENGTH)}…` : detail
const MAX_DETAIL_LENGTH = 1000

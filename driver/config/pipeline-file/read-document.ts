// SPDX-License-Identifier: Apache-2.0
import { type Document, isScalar, type Pair } from 'yaml'
import { messageOf } from '../../../core/errors/reason.js'
import { readYamlText, type YamlError } from '../../../core/yaml/read-yaml-text.js'
import { blankComments } from './blank-comments.js'
import { isCommentKey } from './comment-key.js'

/** Why a text is not a valid document: offsets into the text. */
export interface DocumentError {
  readonly reason: string
  readonly start: number
  readonly end: number
}

/** `document` is undefined if the text is empty. */
export type DocumentReading = { readonly document: Document | undefined } | { readonly error: DocumentError }

/** Parses JSON with comments as YAML, which gives positions. */
export function readDocument(text: string): DocumentReading {
  const { text: withoutComments, unclosedAt } = blankComments(text)
  if (unclosedAt !== undefined) return failure('this comment has no end: "*/" is missing', unclosedAt, unclosedAt + 2)
  const { documents, errors } = readYamlText(withoutComments, {
    repeatedKeys: 'refuse',
    mayRepeat: isCommentKey,
    aliases: 'allow',
  })
  const [error] = errors
  if (error) return failure(reasonText(error), error.start, error.end)
  const [document, another] = documents
  if (another) {
    const [start, end] = another.range ?? [0, 1]
    return failure('the file holds a second document', start, end)
  }
  try {
    // Aliases are resolved here once, within the limit of the package, so that they cannot multiply later.
    document?.toJS({ maxAliasCount: 100 })
    return { document }
  } catch (error) {
    // The aliases expand beyond the limit.
    return failure(messageOf(error), 0, 1)
  }
}

export const keyText = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : String(pair.key))

const failure = (reason: string, start: number, end: number): DocumentReading => ({ error: { reason, start, end } })

/** Messages of the yaml package are about YAML; the one for a missing bracket is rewritten for JSON. */
function reasonText({ kind, reason }: YamlError): string {
  if (kind !== 'syntax') return reason
  const [, bracket] = /end with a ([}\]])$/.exec(reason) ?? []
  return bracket === undefined ? lowerFirst(reason) : `"${bracket}" is missing here`
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1).split('\n')[0]

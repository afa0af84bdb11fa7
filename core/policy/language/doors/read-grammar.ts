// SPDX-License-Identifier: Apache-2.0

import type { Findings } from '../findings.js'
import { parseWords, type WordField } from '../parse.js'
import { passage } from '../passage.js'
import { withoutQuotes } from '../quotes.js'
import type { Source, Span } from '../source.js'
import type { Entry, EntryText, Field, Reading } from './entry.js'

/**
 * The second door: a file that is not YAML, read by its words. Tabs and misaligned entries are nothing to it. A text keeps
 * its line breaks and quotes, as rule files written for this form expect.
 */
export function readGrammar(source: Source, findings: Findings): Reading {
  const outcome = parseWords(source)
  if ('problem' in outcome) {
    const { span, found, expected } = outcome.problem
    return {
      refusal: {
        reach: span.start,
        reason: `${found} cannot stand there`,
        report: () => findings.error('SFP_POLICY_FILE_SYNTAX', { found, expected }, span),
      },
    }
  }
  return { entries: outcome.entries.map(fields => entryOf(fields, source)) }
}

function entryOf(fields: readonly WordField[], source: Source): Entry {
  const [first] = fields
  const margin = first ? first.keySpan.start - source.lineStart(first.keySpan.start) + 1 : 0
  return { fields: fields.flatMap(field => fieldsOf(field, source, margin)) }
}

/** One field, and those with keys that are not ours: the grammar takes them for more text of the field above. */
function fieldsOf({ key, keySpan, words, items }: WordField, source: Source, margin: number): Field[] {
  const others = words ? otherFields(words, source, margin, items !== undefined) : []
  const end = others[0]?.keySpan.start ?? words?.end ?? 0
  const own = items || !words ? undefined : trimmed(source, words.start, end)
  const value: Field['value'] = items
    ? { kind: 'list', items: items.map(item => itemText(item)), span: items[0] ?? keySpan }
    : own && own.end > own.start
      ? textOf(own, source.text.slice(own.start, own.end), false)
      : { kind: 'nothing', span: keySpan }
  return [{ key, keySpan, value }, ...others]
}

/** A line that begins `word:` and is indented no more than the entry is a field, though its key is none that we know. */
function otherFields(words: Span, source: Source, margin: number, isBehindList: boolean): Field[] {
  const keys = [...source.text.slice(words.start, words.end).matchAll(/(?<=^[ \t]*)([A-Za-z_][\w-]*)[ \t]*:(?=\s|$)/gm)]
    .map(match => ({
      key: match[1] ?? '',
      start: words.start + match.index,
      valueStart: words.start + match.index + match[0].length,
    }))
    .filter(({ start }) => (start > words.start ? start - source.lineStart(start) <= margin : isBehindList))
  return keys.map(({ key, start, valueStart }, index) => {
    const span = trimmed(source, valueStart, keys[index + 1]?.start ?? words.end)
    return {
      key,
      keySpan: { source, start, end: start + key.length },
      value: textOf(span, source.text.slice(span.start, span.end), false),
    }
  })
}

function itemText(span: Span): EntryText {
  const raw = span.source.text.slice(span.start, span.end)
  const text = withoutQuotes(raw)
  return textOf(span, text, text !== raw)
}

const textOf = (span: Span, text: string, quoted: boolean): EntryText => ({
  kind: 'text',
  text,
  quoted,
  span,
  passage: () => passage(span.source, span.start, span.end),
})

function trimmed(source: Source, start: number, end: number): Span {
  const text = source.text.slice(start, end)
  return { source, start: start + text.length - text.trimStart().length, end: start + text.trimEnd().length }
}

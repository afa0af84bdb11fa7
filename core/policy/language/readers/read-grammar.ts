// SPDX-License-Identifier: Apache-2.0

import type { SourceSpan, SourceText } from '../../../errors/source-text.js'
import { withoutQuotes } from '../../quotes.js'
import { mappedSlice } from '../mapped-text.js'
import { parseWords, type WordField } from '../parse.js'
import type { PolicyFindings } from '../policy-findings.js'
import type { EntryField, EntryText, PolicyEntry, ReadResult } from './policy-entry.js'

/**
 * The second front end, for a file that is not valid YAML: it reads the file word by word. It accepts tabs and misaligned
 * entries. A text keeps its line breaks and quotes, as rule files in this format expect.
 */
export function readGrammar(source: SourceText, findings: PolicyFindings): ReadResult {
  const outcome = parseWords(source)
  if ('problem' in outcome) {
    const { span, found, expected } = outcome.problem
    return {
      failure: {
        offset: span.start,
        reason: `unexpected ${found}`,
        report: () => findings.error('SFP_POLICY_FILE_SYNTAX', { found, expected }, span),
      },
    }
  }
  return { entries: outcome.entries.map(fields => entryOf(fields, source)) }
}

function entryOf(fields: readonly WordField[], source: SourceText): PolicyEntry {
  const [first] = fields
  const margin = first ? first.keySpan.start - source.lineStart(first.keySpan.start) + 1 : 0
  return { fields: fields.flatMap(field => fieldsOf(field, source, margin)) }
}

/** One field, and the fields with unknown keys after it: the grammar treats those as more text of this field. */
function fieldsOf({ key, keySpan, words, items }: WordField, source: SourceText, margin: number): EntryField[] {
  const otherFieldList = words ? otherFields(words, source, margin, items !== undefined) : []
  const end = otherFieldList[0]?.keySpan.start ?? words?.end ?? 0
  const valueSpan = items || !words ? undefined : trimSpan(source, words.start, end)
  const value: EntryField['value'] = items
    ? { kind: 'list', items: items.map(item => listItemText(item)), span: items[0] ?? keySpan }
    : valueSpan && valueSpan.end > valueSpan.start
      ? entryTextOf(valueSpan, source.text.slice(valueSpan.start, valueSpan.end), false)
      : { kind: 'nothing', span: keySpan }
  return [{ key, keySpan, value }, ...otherFieldList]
}

/** A line that starts with `word:` and is indented no more than the entry is a field, even if its key is unknown. */
function otherFields(words: SourceSpan, source: SourceText, margin: number, isBehindList: boolean): EntryField[] {
  const keys = [...source.text.slice(words.start, words.end).matchAll(/(?<=^[ \t]*)([A-Za-z_][\w-]*)[ \t]*:(?=\s|$)/gm)]
    .map(match => ({
      key: match[1] ?? '',
      start: words.start + match.index,
      valueStart: words.start + match.index + match[0].length,
    }))
    .filter(({ start }) => (start > words.start ? start - source.lineStart(start) <= margin : isBehindList))
  return keys.map(({ key, start, valueStart }, index) => {
    const span = trimSpan(source, valueStart, keys[index + 1]?.start ?? words.end)
    return {
      key,
      keySpan: { source, start, end: start + key.length },
      value: entryTextOf(span, source.text.slice(span.start, span.end), false),
    }
  })
}

function listItemText(span: SourceSpan): EntryText {
  const raw = span.source.text.slice(span.start, span.end)
  const text = withoutQuotes(raw)
  return entryTextOf(span, text, text !== raw)
}

const entryTextOf = (span: SourceSpan, text: string, quoted: boolean): EntryText => ({
  kind: 'text',
  text,
  quoted,
  span,
  mappedText: () => mappedSlice(span.source, span.start, span.end),
})

function trimSpan(source: SourceText, start: number, end: number): SourceSpan {
  const text = source.text.slice(start, end)
  return { source, start: start + text.length - text.trimStart().length, end: start + text.trimEnd().length }
}

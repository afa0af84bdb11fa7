// SPDX-License-Identifier: Apache-2.0

import { PRIORITIES, type Priority } from '../../../contract/evaluated-batch.js'
import { nearest } from '../../../errors/nearest.js'
import type { SourceSpan, SourceText } from '../../../errors/source-text.js'
import { withoutBoundingQuotes } from '../../quotes.js'
import type { Expression } from '../ast.js'
import { joinMappedTexts, type MappedText } from '../mapped-text.js'
import { parseCondition } from '../parse.js'
import type { PolicyFindings } from '../policy-findings.js'
import type { EntryText, LocatedText, PolicyEntry } from '../readers/policy-entry.js'
import { type Declarations, Definitions, type EntryPosition, itemText, type ListDeclaration } from './declarations.js'
import { type EntryKind, IGNORED_ENTRIES } from './entry-kinds.js'
import { FieldReader } from './field-reader.js'

/** Creates declarations from the entries of all files: interprets fields, joins appended texts, parses conditions. */
export function createDeclarations(
  files: readonly { readonly source: SourceText; readonly entries: readonly PolicyEntry[] }[],
  findings: PolicyFindings,
): Declarations {
  const drafts = new Drafts(findings)
  for (const [file, { entries }] of files.entries())
    for (const [index, entry] of entries.entries()) drafts.add(new FieldReader(entry, findings), { file, entry: index })
  return { sources: files.map(({ source }) => source), ...drafts.declarations() }
}

interface Draft {
  readonly name: string
  readonly position: EntryPosition
  readonly span: SourceSpan
}

/** The condition is not parsed yet, because a later entry may append to it. */
interface ConditionalDraft extends Draft {
  text: MappedText | undefined
}

interface RuleDraft extends ConditionalDraft {
  readonly description: string
  readonly priority: Priority
  readonly prefilter: readonly LocatedText[]
  readonly enabled: boolean
  tags: readonly string[]
  actions: readonly LocatedText[]
}

interface FilterDraft extends ConditionalDraft {
  readonly enabled: boolean
}

class Drafts {
  readonly #findings: PolicyFindings
  readonly #rules: RuleDraft[] = []
  readonly #filters: FilterDraft[] = []
  readonly #macros: ConditionalDraft[] = []
  readonly #lists: (Draft & { items: readonly LocatedText[] })[] = []
  /** The last definition of each name, for `append`. */
  readonly #last = {
    rule: new Map<string, RuleDraft>(),
    filter: new Map<string, FilterDraft>(),
    macro: new Map<string, ConditionalDraft>(),
  }
  readonly #lastList = new Map<string, { items: readonly LocatedText[] }>()

  constructor(findings: PolicyFindings) {
    this.#findings = findings
  }

  add(fields: FieldReader, position: EntryPosition): void {
    if (IGNORED_ENTRIES.has(fields.firstKey)) return
    const kind = fields.kind()
    if (!kind) return
    fields.warnUnknownKeys(kind)
    if (kind === 'required_engine_version') return
    const name = fields.required(kind, kind)
    if (!name) return
    const draft = { name: name.text.trim(), position, span: name.span }
    const appends = fields.boolean('append', false)
    if (kind === 'list') this.#addList(draft, fields.texts('items').map(toLocatedText), appends, fields)
    else if (kind === 'rule') this.#addRule(draft, appends, fields)
    else {
      const text = fields.required('condition', kind)?.mappedText()
      if (appends) this.#append(kind, this.#last[kind], draft, text)
      else if (kind === 'macro') this.#addDraft(this.#macros, this.#last.macro, { ...draft, text })
      else this.#addDraft(this.#filters, this.#last.filter, { ...draft, text, enabled: fields.boolean('enabled', true) })
    }
  }

  declarations(): Omit<Declarations, 'sources'> {
    const macros: Declarations['macros'] = new Definitions()
    for (const { text, ...macro } of this.#macros) macros.add({ ...macro, kind: 'macro', condition: this.#parsed(text) })
    const lists = new Definitions<ListDeclaration>()
    for (const list of this.#lists) lists.add({ ...list, kind: 'list' })
    return {
      rules: this.#rules.map(({ text, ...rule }) => ({ ...rule, kind: 'rule', condition: this.#parsed(text) })),
      filters: this.#filters.map(({ text, ...filter }) => ({ ...filter, kind: 'filter', condition: this.#parsed(text) })),
      macros,
      lists,
    }
  }

  #parsed(text: MappedText | undefined): Expression | undefined {
    return text && parseCondition(text, this.#findings)
  }

  #addRule(draft: Draft, appends: boolean, fields: FieldReader): void {
    const text = fields.required('condition', 'rule')?.mappedText()
    const tags = fields.texts('tags').map(itemText)
    const actions = fields.texts('actions').map(toLocatedText)
    if (appends) {
      const rule = this.#append('rule', this.#last.rule, draft, text)
      if (!rule) return
      rule.tags = [...rule.tags, ...tags]
      rule.actions = [...rule.actions, ...actions]
      return
    }
    const description = fields.required('desc', 'rule')?.text.trimEnd() ?? ''
    const priority = this.#priority(fields.text('priority'))
    const enabled = fields.boolean('enabled', true)
    const rule: RuleDraft = {
      ...draft,
      text,
      description,
      priority,
      tags,
      actions,
      prefilter: fields.texts('prefilter').map(toLocatedText),
      enabled,
    }
    this.#addDraft(this.#rules, this.#last.rule, rule)
  }

  #addList(draft: Draft, items: readonly LocatedText[], appends: boolean, fields: FieldReader): void {
    if (!fields.has('items')) fields.required('items', 'list')
    const known = this.#lastList.get(draft.name)
    if (appends) {
      if (known) known.items = [...known.items, ...items]
      else this.#reportMissingAppendTarget('list', draft, this.#lastList.keys())
      return
    }
    const list = { ...draft, items }
    this.#lists.push(list)
    this.#lastList.set(draft.name, list)
  }

  #addDraft<D extends Draft>(drafts: D[], last: Map<string, D>, draft: D): void {
    drafts.push(draft)
    last.set(draft.name, draft)
  }

  /** As in Falco: the texts are joined, so the later one may start with `and` or `or`. */
  #append<D extends ConditionalDraft>(
    kind: EntryKind,
    last: ReadonlyMap<string, D>,
    draft: Draft,
    text: MappedText | undefined,
  ): D | undefined {
    const known = last.get(draft.name)
    if (!known) this.#reportMissingAppendTarget(kind, draft, last.keys())
    else if (text) known.text = known.text ? joinMappedTexts(known.text, text) : text
    return known
  }

  #reportMissingAppendTarget(kind: EntryKind, { name, span }: Draft, names: Iterable<string>): void {
    this.#findings.error('SFP_POLICY_APPEND', { kind, name, nearest: nearest(name, names) ?? '' }, span)
  }

  #priority(text: EntryText | undefined): Priority {
    if (!text) return 'low'
    const word = withoutBoundingQuotes(text.text.trim())
    const lower = word.toLowerCase()
    if (lower === 'info') return 'informational'
    const priority = PRIORITIES.find(known => known === lower)
    if (priority) return priority
    const details = { word, nearest: nearest(word, PRIORITIES) ?? '', known: PRIORITIES.join(', ') }
    this.#findings.error('SFP_POLICY_PRIORITY', details, text.span)
    return 'low'
  }
}

/** Without `mappedText`, a function that cannot be serialized. */
const toLocatedText = ({ text, quoted, span }: EntryText): LocatedText => ({ text, quoted, span })

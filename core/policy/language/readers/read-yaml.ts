// SPDX-License-Identifier: Apache-2.0
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, visit, type YAMLMap } from 'yaml'
import type { SourceSpan, SourceText } from '../../../errors/source-text.js'
import { MAX_YAML_DEPTH, readYamlText, type YamlError } from '../../../yaml/read-yaml-text.js'
import type { PolicyFindings } from '../policy-findings.js'
import type { EntryField, EntryFieldValue, EntryText, PolicyEntry, ReadResult } from './policy-entry.js'
import { conditionText } from './yaml-text.js'

/** The first front end, for a file that is valid YAML. Several documents count as one. */
export function readYaml(source: SourceText, findings: PolicyFindings): ReadResult {
  // Every scalar is the text as written. Repeated keys are a warning, which the declarations report. Aliases are resolved below.
  const { documents, errors } = readYamlText(source.text, { schema: 'failsafe', repeatedKeys: 'allow', aliases: 'allow' })
  const [first] = errors
  if (first?.kind === 'depth') {
    const report = () =>
      findings.error('SFP_POLICY_TOO_DEEP', { thing: 'YAML', limit: MAX_YAML_DEPTH }, { source, start: 0, end: 0 })
    return { failure: { offset: 0, reason: 'it has too many nested levels', report, isFinal: true } }
  }
  if (first)
    return {
      failure: { offset: first.start, reason: reasonOf(first, source), report: () => reportErrors(errors, source, findings) },
    }
  try {
    return { entries: documents.flatMap(document => new EntryWalker(source, document).entries()) }
  } catch (error) {
    if (!(error instanceof EntryError)) throw error
    const { code, details, span } = error
    const failure = {
      offset: span.start,
      reason: 'it is not a list of entries',
      report: () => findings.error(code, details, span),
    }
    return { failure: code === 'SFP_POLICY_ALIAS' || code === 'SFP_POLICY_TOO_MANY' ? { ...failure, isFinal: true } : failure }
  }
}

const reasonOf = ({ reason, start, end }: YamlError, source: SourceText): string =>
  `${reason} (line ${source.position(start, end).line})`

/** One syntax error causes many others. So the first of each kind is reported, with the count. */
function reportErrors(errors: readonly YamlError[], source: SourceText, findings: PolicyFindings): void {
  const kinds = new Map<string, YamlError[]>()
  for (const error of errors) {
    const sameKind = kinds.get(error.code)
    if (sameKind) sameKind.push(error)
    else kinds.set(error.code, [error])
  }
  for (const sameKind of kinds.values()) {
    const [first] = sameKind
    if (!first) continue
    const more = sameKind.length === 1 ? '' : sameKind.length - 1
    findings.error('SFP_POLICY_YAML', { reason: first.reason, more }, { source, start: first.start, end: first.end })
  }
}

class EntryError extends Error {
  readonly code: 'SFP_POLICY_NO_LIST' | 'SFP_POLICY_NO_ENTRY' | 'SFP_POLICY_ALIAS' | 'SFP_POLICY_TOO_MANY'
  readonly details: Readonly<Record<string, string | number>>
  readonly span: SourceSpan

  constructor(code: EntryError['code'], details: EntryError['details'], span: SourceSpan) {
    super(code)
    this.code = code
    this.details = details
    this.span = span
  }
}

/** Aliases can multiply the size of a short file. No policy has more values than this. */
const MAX_VALUES = 1_000_000
/** A list in a list is flattened. Only an alias that contains itself is nested deeper than this. */
const MAX_LIST_DEPTH = 16

type YamlNode = Node | null | undefined

class EntryWalker {
  readonly #source: SourceText
  readonly #document: Document
  readonly #targets = new Map<Node, Node>()
  #values = 0

  constructor(source: SourceText, document: Document) {
    this.#source = source
    this.#document = document
  }

  entries(): PolicyEntry[] {
    this.#bindAliases()
    const contents = this.#document.contents
    if (contents === null) return []
    if (isScalar(contents) && contents.value === '') return []
    const list = this.#target(contents)
    if (!isSeq<Node>(list)) throw new EntryError('SFP_POLICY_NO_LIST', { found: kindOf(list) }, this.#span(list))
    return list.items.map(item => {
      const map = this.#target(item)
      if (!isMap(map)) throw new EntryError('SFP_POLICY_NO_ENTRY', { found: kindOf(map) }, this.#span(map ?? list))
      return { fields: this.#fields(map, 0) }
    })
  }

  /**
   * An alias means the nearest anchor of its name above it. All anchors are indexed once, because the package searches for each
   * alias.
   */
  #bindAliases(): void {
    const anchors = new Map<string, Node>()
    visit(this.#document, {
      Node: (_key, node) => {
        if (isAlias(node)) {
          const target = anchors.get(node.source)
          if (!target) throw new EntryError('SFP_POLICY_ALIAS', { name: node.source }, this.#span(node))
          this.#targets.set(node, target)
        } else if (node.anchor) anchors.set(node.anchor, node)
      },
    })
  }

  #target(node: YamlNode): YamlNode {
    return isAlias(node) ? this.#targets.get(node) : node
  }

  #fields(map: YAMLMap, depth: number): EntryField[] {
    const fields: EntryField[] = []
    const merged: EntryField[] = []
    for (const { key, value } of map.items as readonly { key: YamlNode; value: YamlNode }[]) {
      const name = this.#target(key)
      if (isScalar(name) && name.value === '<<' && name.type === 'PLAIN') merged.push(...this.#merged(value, depth))
      else {
        const keySpan = this.#span(name ?? map)
        fields.push({ key: isScalar(name) ? String(name.value) : '', keySpan, value: this.#value(value, keySpan) })
      }
    }
    const ownKeys = new Set(fields.map(field => field.key))
    return [...fields, ...merged.filter(field => !ownKeys.has(field.key))]
  }

  /** `<<: *defaults` adds the fields that the mapping does not have itself. */
  #merged(value: YamlNode, depth: number): EntryField[] {
    const target = this.#target(value)
    if (depth >= MAX_LIST_DEPTH) return []
    if (isMap(target)) return this.#fields(target, depth + 1)
    return isSeq<Node>(target) ? target.items.flatMap(item => this.#merged(item, depth + 1)) : []
  }

  #value(node: YamlNode, keySpan: SourceSpan): EntryFieldValue {
    const value = this.#target(node)
    if (isSeq<Node>(value)) {
      const items = this.#items(value.items, 0)
      return items ? { kind: 'list', items, span: this.#span(value) } : { kind: 'mapping', span: this.#span(value) }
    }
    if (isScalar(value)) return this.#isEmpty(value) ? { kind: 'nothing', span: keySpan } : this.#text(value)
    return value ? { kind: 'mapping', span: this.#span(value) } : { kind: 'nothing', span: keySpan }
  }

  /** Undefined if any item is not a text. */
  #items(nodes: readonly YamlNode[], depth: number): EntryText[] | undefined {
    const items: EntryText[] = []
    for (const node of nodes) {
      const item = this.#target(node)
      if (isSeq<Node>(item) && depth < MAX_LIST_DEPTH) {
        const inner = this.#items(item.items, depth + 1)
        if (!inner) return undefined
        for (const text of inner) items.push(text)
      } else if (!isScalar(item)) return undefined
      else if (!this.#isEmpty(item)) items.push(this.#text(item))
    }
    return items
  }

  #isEmpty(node: Node & { value: unknown; type?: unknown }): boolean {
    return node.type === 'PLAIN' && (node.value === '' || node.value === '~')
  }

  #text(node: Node & { value: unknown; type?: string | undefined }): EntryText {
    const span = this.#span(node)
    if (++this.#values > MAX_VALUES) throw new EntryError('SFP_POLICY_TOO_MANY', { limit: MAX_VALUES }, span)
    const type = node.type as Parameters<typeof conditionText>[1]
    const { source, start, end } = span
    return {
      kind: 'text',
      text: String(node.value),
      quoted: type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE',
      span,
      mappedText: () => conditionText(source, type, start, end),
    }
  }

  #span(node: YamlNode): SourceSpan {
    const [start, end] = node?.range ?? [0, 0]
    return { source: this.#source, start, end }
  }
}

function kindOf(node: YamlNode): string {
  if (isMap(node)) return 'a mapping'
  if (isSeq(node)) return 'a list'
  return isScalar(node) && node.value !== '' ? 'a string' : 'nothing'
}

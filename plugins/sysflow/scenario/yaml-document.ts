// SPDX-License-Identifier: Apache-2.0

import { isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml'
import { type Details, type Fault, Faults, type SourcePosition } from '../../../core/errors/fault.js'
import { nearest } from '../../../core/errors/nearest.js'
import { SourceText } from '../../../core/errors/source-text.js'
import { readYamlText } from '../../../core/yaml/read-yaml-text.js'
import { type SysflowErrorCode, sysflowFault } from '../errors.js'

/** A value as written, with its position: the text of a scalar, or the texts of a list. */
export interface YamlValue {
  readonly text: string
  readonly items: readonly string[]
  readonly position: SourcePosition
}

/** A YAML document with the positions of all its nodes, and the faults found so far. */
export class YamlDocument {
  readonly #source: SourceText
  readonly #faults: Fault[] = []
  readonly root: Node | null

  /** Throws immediately if the text is not valid YAML. */
  constructor(text: string, file: string) {
    this.#source = new SourceText(file, text)
    // Aliases are rejected: a small file could expand without limit, and a shared event has no position of its own.
    const { documents, errors } = readYamlText(text, { repeatedKeys: 'refuse', aliases: 'refuse' })
    const [document, another] = documents
    for (const { kind, start, end } of errors)
      if (kind === 'alias') this.addFault('SFP_SCENARIO_ALIAS', this.#source.position(start, end))
    const broken = errors.find(({ kind }) => kind !== 'alias')
    if (broken) this.#throwSyntaxFault(broken.reason, broken.start)
    if (another) this.#throwSyntaxFault('the file has a second document', another.range?.[0] ?? 0)
    this.root = document?.contents ?? null
    this.throwFaults()
  }

  addFault(code: SysflowErrorCode, location: Node | SourcePosition, details: Details = {}): void {
    this.#faults.push(sysflowFault(code, details, { position: 'line' in location ? location : this.position(location) }))
  }

  /** Throws all faults found so far, if any. */
  throwFaults(): void {
    if (this.#faults.length > 0) throw new Faults(this.#faults)
  }

  position(node: Node): SourcePosition {
    const [start, end] = node.range ?? [0, 1]
    return this.#source.position(start, end)
  }

  #throwSyntaxFault(detail: string, offset: number): never {
    throw sysflowFault('SFP_SCENARIO_SYNTAX', { detail }, { position: this.#source.position(offset, offset + 1) })
  }

  /**
   * A mapping whose keys must be in `known`; without `known`, any key is allowed. For any other node, it adds a fault and
   * returns undefined.
   */
  mapping(node: Node | null | undefined, name: string, known?: readonly string[]): YamlMapping | undefined {
    if (node && isMap(node)) return new YamlMapping(this, node, name, known)
    if (node) this.addFault('SFP_SCENARIO_SHAPE', node, { section: name, expected: 'a mapping of names to values' })
    return undefined
  }

  /** The elements of a list. For any other node, it adds a fault and returns no elements. */
  list(node: Node, name: string): readonly Node[] {
    if (isSeq<Node>(node)) return node.items
    this.addFault('SFP_SCENARIO_SHAPE', node, { section: name, expected: 'a list' })
    return []
  }

  value(node: Node, name: string): YamlValue | undefined {
    if (isScalar(node)) {
      const text = textOf(node.value, node.source)
      return { text, items: text === '' ? [] : [text], position: this.position(node) }
    }
    if (isSeq(node) && node.items.every(isScalar)) {
      const items = node.items.map(item => (isScalar(item) ? textOf(item.value, item.source) : ''))
      return { text: items.join(' '), items, position: this.position(node) }
    }
    this.addFault('SFP_SCENARIO_SHAPE', node, { section: `"${name}"`, expected: 'one value or a list of values' })
    return undefined
  }
}

/** One mapping of a {@link YamlDocument}. */
export class YamlMapping {
  readonly #document: YamlDocument
  readonly #node: YAMLMap
  readonly #name: string
  readonly #values = new Map<string, Node>()

  constructor(document: YamlDocument, node: YAMLMap, name: string, known: readonly string[] | undefined) {
    this.#document = document
    this.#node = node
    this.#name = name
    for (const { key, value } of node.items) {
      const text = isScalar(key) ? textOf(key.value, key.source) : ''
      if (known && !known.includes(text)) {
        const details = { key: text, section: name, nearest: nearest(text, known) ?? '', known: known.join(', ') }
        document.addFault('SFP_SCENARIO_UNKNOWN_KEY', isNode(key) ? key : node, details)
      } else if (isNode(value) && !(isScalar(value) && value.value === null)) this.#values.set(text, value)
    }
  }

  get position(): SourcePosition {
    return this.#document.position(this.#node)
  }

  get keys(): readonly string[] {
    return [...this.#values.keys()]
  }

  node(key: string): Node | undefined {
    return this.#values.get(key)
  }

  value(key: string): YamlValue | undefined {
    const node = this.#values.get(key)
    return node && this.#document.value(node, key)
  }

  /** Adds a fault if the key is missing. */
  requireKey(key: string): void {
    if (!this.#values.has(key)) this.#document.addFault('SFP_SCENARIO_MISSING_KEY', this.#node, { section: this.#name, key })
  }

  /** The value of a required key. If it is missing, it adds a fault and returns undefined. */
  requiredValue(key: string): YamlValue | undefined {
    this.requireKey(key)
    return this.value(key)
  }
}

/** Numbers as written: 010 and 1e3 are texts first. */
const textOf = (value: unknown, source: string | undefined): string =>
  typeof value === 'string' ? value : value === null || value === undefined ? '' : (source ?? String(value))

const isNode = (value: unknown): value is Node => isScalar(value) || isMap(value) || isSeq(value) || isAlias(value)

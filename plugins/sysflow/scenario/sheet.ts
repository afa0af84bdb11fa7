// SPDX-License-Identifier: Apache-2.0
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit, type YAMLMap } from 'yaml'
import type { FaultCode } from '../../../core/errors/catalogue.js'
import { type Details, Fault, Faults, type Place } from '../../../core/errors/fault.js'
import { nearest } from '../../../core/errors/nearest.js'

/** A value as it is written, with its place: a scalar's text, or the texts of a list. */
export interface Word {
  readonly text: string
  readonly items: readonly string[]
  readonly place: Place
}

/** A YAML text whose every part knows its place, and the faults found in it so far. */
export class Sheet {
  readonly #file: string
  readonly #text: string
  readonly #lines = new LineCounter()
  readonly #faults: Fault[] = []
  readonly root: Node | null

  /** Throws at once if the text is not YAML at all: there is nothing to go on with. */
  constructor(text: string, file: string) {
    this.#text = text
    this.#file = file
    const document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false })
    const [broken] = document.errors
    if (broken) throw new Fault('SFP_SCENARIO_SYNTAX', { detail: broken.message }, { place: this.#placeAt(broken.pos[0], 1) })
    // An alias would let a small file stand for an endless one, and a shared event has no place of its own.
    visit(document, { Alias: (_, alias) => this.fault('SFP_SCENARIO_ALIAS', alias) })
    this.root = document.contents
    this.finish()
  }

  fault(code: FaultCode, at: Node | Place, details: Details = {}): void {
    this.#faults.push(new Fault(code, details, { place: 'line' in at ? at : this.place(at) }))
  }

  /** Throws all faults found, if there are any. */
  finish(): void {
    if (this.#faults.length > 0) throw new Faults(this.#faults)
  }

  place(node: Node): Place {
    const [start, end] = node.range ?? [0, 1]
    return this.#placeAt(start, end - start)
  }

  #placeAt(offset: number, length: number): Place {
    const { line, col } = this.#lines.linePos(offset)
    const lineEnd = this.#text.indexOf('\n', offset)
    return {
      file: this.#file,
      line: Math.max(1, line),
      column: Math.max(1, col),
      length: Math.max(1, Math.min(length, (lineEnd < 0 ? this.#text.length : lineEnd) - offset)),
      text: this.#text,
    }
  }

  /** A mapping whose keys are all in `known`; without `known` any key is good. A fault and undefined for anything else. */
  section(node: Node | null | undefined, name: string, known?: readonly string[]): Section | undefined {
    if (node && isMap(node)) return new Section(this, node, name, known)
    if (node) this.fault('SFP_SCENARIO_SHAPE', node, { section: name, expected: 'a mapping of names to values' })
    return undefined
  }

  /** The elements of a list; none, and a fault, for anything else. */
  list(node: Node, name: string): readonly Node[] {
    if (isSeq<Node>(node)) return node.items
    this.fault('SFP_SCENARIO_SHAPE', node, { section: name, expected: 'a list' })
    return []
  }

  word(node: Node, name: string): Word | undefined {
    if (isScalar(node)) {
      const text = textOf(node.value, node.source)
      return { text, items: text === '' ? [] : [text], place: this.place(node) }
    }
    if (isSeq(node) && node.items.every(isScalar)) {
      const items = node.items.map(item => (isScalar(item) ? textOf(item.value, item.source) : ''))
      return { text: items.join(' '), items, place: this.place(node) }
    }
    this.fault('SFP_SCENARIO_SHAPE', node, { section: `"${name}"`, expected: 'one value or a list of values' })
    return undefined
  }
}

/** One mapping of a {@link Sheet}. */
export class Section {
  readonly #sheet: Sheet
  readonly #node: YAMLMap
  readonly #name: string
  readonly #values = new Map<string, Node>()

  constructor(sheet: Sheet, node: YAMLMap, name: string, known: readonly string[] | undefined) {
    this.#sheet = sheet
    this.#node = node
    this.#name = name
    for (const { key, value } of node.items) {
      const text = isScalar(key) ? textOf(key.value, key.source) : ''
      if (known && !known.includes(text)) {
        const details = { key: text, section: name, nearest: nearest(text, known) ?? '', known: known.join(', ') }
        sheet.fault('SFP_SCENARIO_UNKNOWN_KEY', isNode(key) ? key : node, details)
      } else if (isNode(value) && !(isScalar(value) && value.value === null)) this.#values.set(text, value)
    }
  }

  get place(): Place {
    return this.#sheet.place(this.#node)
  }

  get keys(): readonly string[] {
    return [...this.#values.keys()]
  }

  node(key: string): Node | undefined {
    return this.#values.get(key)
  }

  word(key: string): Word | undefined {
    const node = this.#values.get(key)
    return node && this.#sheet.word(node, key)
  }

  /** A fault if the key is not there. */
  demand(key: string): void {
    if (!this.#values.has(key)) this.#sheet.fault('SFP_SCENARIO_MISSING_KEY', this.#node, { section: this.#name, key })
  }

  /** The value of a key that must be there; a fault and undefined if it is not. */
  needed(key: string): Word | undefined {
    this.demand(key)
    return this.word(key)
  }
}

/** Numbers as written: 010 and 1e3 are texts before they are numbers. */
const textOf = (value: unknown, source: string | undefined): string =>
  typeof value === 'string' ? value : value === null || value === undefined ? '' : (source ?? String(value))

const isNode = (value: unknown): value is Node => isScalar(value) || isMap(value) || isSeq(value) || isAlias(value)

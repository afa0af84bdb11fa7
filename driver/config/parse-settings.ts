// SPDX-License-Identifier: Apache-2.0
import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  type Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { Fault, Faults, type SourcePosition } from '../../core/errors/fault.js'
import { nearest } from '../../core/errors/nearest.js'
import { messageOf } from '../../core/errors/reason.js'
import { FOLDER_KEYS, isFolderKey, type Setting, type Settings, type SettingsSection } from './settings.js'

/**
 * Reads the text of a pipeline file; throws every fault of its shape at once. JSON is read as YAML: that gives positions, and
 * comments do no harm.
 */
export function parseSettings(text: string, file: string): Settings {
  const reader = new SettingsReader(text.replace(/^\uFEFF/, ''), file)
  const settings = reader.read()
  if (reader.faults.length > 0) throw new Faults(reader.faults)
  return settings
}

/** What no pipeline needs. The package composes its trees by recursion, and V8 ends the process if that goes far enough. */
const MAX_DEPTH = 100

class SettingsReader {
  readonly faults: Fault[] = []
  readonly #text: string
  readonly #file: string
  readonly #lines = new LineCounter()

  constructor(text: string, file: string) {
    this.#text = text
    this.#file = file
  }

  read(): Settings {
    const root = this.#parse()
    const drivers: SettingsSection[] = []
    const pipeline: SettingsSection[] = []
    const folders = new Map<string, Setting>()
    const plugins: Setting[] = []
    let admin: SettingsSection | undefined
    for (const pair of root?.items ?? []) {
      const key = keyText(pair)
      if (key === 'pipeline') pipeline.push(...this.#sections(pair, '"pipeline"'))
      else if (key === 'drivers') drivers.push(...this.#sections(pair, '"drivers"'))
      else if (key === 'admin' || key === 'inside') admin = this.#singleSection(pair, `"${key}"`)
      else if (key === 'plugins') plugins.push(...this.#strings(pair, key))
      else if (isFolderKey(key)) {
        const setting = this.#folder(pair, key)
        if (setting) folders.set(key, setting)
      } else if (key !== '$schema') this.#addUnknownKeyFault(pair, key)
    }
    if (root && this.faults.length === 0 && pipeline.length === 0) this.#addFault('SFP_PIPELINE_EMPTY', {}, root)
    return {
      file: this.#file,
      drivers,
      pipeline,
      ...(admin && { admin }),
      ...(folders.size > 0 && { folders }),
      ...(plugins.length > 0 && { plugins }),
    }
  }

  #parse(): YAMLMap | undefined {
    try {
      const document = this.#compose()
      if (!document) return undefined
      for (const error of document.errors.slice(0, 1)) this.#addSyntaxFault(syntaxText(error.message), error.pos[0], error.pos[1])
      if (this.faults.length === 0) this.#refuseRepeatedKeys(document)
      if (this.faults.length > 0) return undefined
      // Aliases are resolved here once, within the limit of the parser, so that they cannot multiply later.
      document.toJS({ maxAliasCount: 100 })
      const contents = document.contents
      if (isMap(contents)) return contents
      this.#addShapeFault('the pipeline file', 'an object', contents)
    } catch (error) {
      // Aliases that multiply.
      this.#addSyntaxFault(messageOf(error), 0, 1)
    }
    return undefined
  }

  /** Nothing, and a fault, if the text is nested too deep or is several documents. */
  #compose(): Document | undefined {
    const parser = new Parser(this.#lines.addNewLine)
    const tokens: CST.Token[] = []
    let offset = 0
    this.#lines.addNewLine(0)
    for (const lexeme of new Lexer().lex(this.#text)) {
      tokens.push(...parser.next(lexeme))
      if (parser.stack.length > MAX_DEPTH) {
        this.#addSyntaxFault(`it is nested more than ${MAX_DEPTH} levels deep`, offset, offset + 1)
        return undefined
      }
      offset = parser.offset
    }
    tokens.push(...parser.end())
    const composer = new Composer({ prettyErrors: false, uniqueKeys: false })
    const [document, another] = withoutStacks(() => [...composer.compose(tokens, true, this.#text.length)])
    if (another) this.#addSyntaxFault('the file holds a second document', another.range[0], another.range[1])
    return another ? undefined : document
  }

  /** The package's own check compares each key with each. */
  #refuseRepeatedKeys(document: Document): void {
    visit(document, {
      Map: (_, map) => {
        const seen = new Set<string>()
        for (const pair of map.items) {
          const key = keyText(pair)
          const [start, end] = this.#node(pair.key)?.range ?? [0, 1]
          if (seen.has(key)) {
            this.#addSyntaxFault(`map keys must be unique, "${key}" stands there twice`, start, end)
            return visit.BREAK
          }
          seen.add(key)
        }
        return undefined
      },
    })
  }

  #addSyntaxFault(reason: string, start: number, end: number): void {
    this.faults.push(new Fault('SFP_CONFIG_SYNTAX', { reason }, { position: this.#positionAt(start, end) }))
  }

  #sections(pair: Pair, what: string): SettingsSection[] {
    const list = this.#node(pair.value)
    if (!isSeq(list)) {
      this.#addShapeFault(what, 'an array of objects', list ?? this.#node(pair.key))
      return []
    }
    return list.items.flatMap((item, index) => {
      const node = this.#node(item)
      if (isMap(node)) return [this.#section(node)]
      this.#addShapeFault(`entry ${index + 1} of ${what}`, 'an object', node ?? list)
      return []
    })
  }

  #singleSection(pair: Pair, what: string): SettingsSection | undefined {
    const node = this.#node(pair.value)
    if (isMap(node)) return this.#section(node)
    this.#addShapeFault(what, 'an object', node ?? this.#node(pair.key))
    return undefined
  }

  #section(map: YAMLMap): SettingsSection {
    const file = new Map<string, Setting>()
    for (const pair of map.items) {
      const key = keyText(pair)
      file.set(key, this.#setting(key, this.#node(pair.key) ?? map, this.#node(pair.value)))
    }
    return { position: this.#positionOf(map), file, environment: new Map() }
  }

  #setting(key: string, keyNode: Node, value: Node | undefined): Setting {
    const keyPosition = this.#positionOf(keyNode)
    return {
      key,
      value: value?.toJSON() ?? null,
      rawText: isScalar(value) ? value.source : undefined,
      origin: { kind: 'file', key: keyPosition, value: value ? this.#positionOf(value) : keyPosition },
    }
  }

  /** Nothing, and a fault, if the value is no text. */
  #folder(pair: Pair, key: string): Setting | undefined {
    const value = this.#node(pair.value)
    const keyNode = this.#node(pair.key)
    if (isNonEmptyString(value) && keyNode) return this.#setting(key, keyNode, value)
    this.#addShapeFault(`"${key}"`, 'the path of a folder', value ?? keyNode)
    return undefined
  }

  #strings(pair: Pair, key: string): Setting[] {
    const list = this.#node(pair.value)
    if (!isSeq(list)) {
      this.#addShapeFault(`"${key}"`, 'an array of texts', list ?? this.#node(pair.key))
      return []
    }
    return list.items.flatMap((item, index) => {
      const node = this.#node(item)
      if (isNonEmptyString(node)) return [this.#setting(key, node, node)]
      this.#addShapeFault(`entry ${index + 1} of "${key}"`, 'a text', node ?? list)
      return []
    })
  }

  #node(value: unknown): Node | undefined {
    return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value) ? value : undefined
  }

  #addUnknownKeyFault(pair: Pair, key: string): void {
    const known = ['pipeline', 'drivers', 'admin', 'plugins', ...FOLDER_KEYS]
    const details = { key, component: 'the pipeline file', nearest: nearest(key, known) ?? '', known: known.join(', ') }
    this.#addFault('SFP_CONFIG_UNKNOWN_KEY', details, this.#node(pair.key))
  }

  #addShapeFault(what: string, expected: string, node: Node | null | undefined): void {
    this.#addFault('SFP_CONFIG_SHAPE', { what, expected, found: nodeDescription(node) }, node)
  }

  #addFault(
    code: 'SFP_CONFIG_SHAPE' | 'SFP_CONFIG_UNKNOWN_KEY' | 'SFP_PIPELINE_EMPTY',
    details: Fault['details'],
    node: Node | null | undefined,
  ): void {
    this.faults.push(new Fault(code, details, { position: node ? this.#positionOf(node) : this.#positionAt(0, 1) }))
  }

  #positionOf(node: Node): SourcePosition {
    const [start, end] = node.range ?? [0, 1]
    return this.#positionAt(start, end)
  }

  #positionAt(start: number, end: number): SourcePosition {
    const { line, col } = this.#lines.linePos(start)
    const lineEnd = this.#text.indexOf('\n', start)
    const length = Math.max(1, Math.min(end, lineEnd < 0 ? this.#text.length : lineEnd) - start)
    return { file: this.#file, line: Math.max(1, line), column: Math.max(1, col), length, text: this.#text }
  }
}

/** The package makes an error object for each wrong token: with a stack in each, 1 MB of brackets would take gigabytes. */
function withoutStacks<T>(work: () => T): T {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return work()
  } finally {
    Error.stackTraceLimit = limit
  }
}

const isNonEmptyString = (node: Node | undefined): node is Scalar<string> =>
  isScalar(node) && typeof node.value === 'string' && node.value !== ''

const keyText = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : String(pair.key))

function nodeDescription(node: Node | null | undefined): string {
  if (isMap(node)) return 'an object'
  if (isSeq(node as YAMLSeq)) return 'an array'
  if (!isScalar(node) || node.value === null) return 'empty'
  return typeof node.value === 'string' ? 'a text' : `the ${typeof node.value} ${String(node.value)}`
}

/** The package speaks of YAML; who forgot a bracket of JSON is told of that bracket. */
function syntaxText(message: string): string {
  const [, bracket] = /end with a ([}\]])$/.exec(message) ?? []
  return bracket === undefined ? lowerFirst(message) : `"${bracket}" is missing here`
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1).split('\n')[0]

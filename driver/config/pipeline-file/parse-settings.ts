// SPDX-License-Identifier: Apache-2.0
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml'
import type { Environment } from '../../../core/contract/environment.js'
import { Fault, Faults, type SourcePosition } from '../../../core/errors/fault.js'
import { nearest } from '../../../core/errors/nearest.js'
import { SourceText } from '../../../core/errors/source-text.js'
import { replaceParts } from '../options/setting-parts.js'
import { FOLDER_KEYS, isFolderKey, type Setting, type SettingOrigin, type Settings, type SettingsSection } from '../settings.js'
import { isCommentKey } from './comment-key.js'
import { keyText, readDocument } from './read-document.js'
import { substituteVariables } from './substitute-variables.js'

/**
 * Parses the text of a pipeline file: JSON with comments, with environment variables in its strings replaced. Throws all
 * structural faults at once.
 */
export function parseSettings(text: string, file: string, environment: Environment = {}): Settings {
  const reader = new SettingsReader(text.replace(/^\uFEFF/, ''), file, environment)
  const settings = reader.read()
  if (reader.faults.length > 0) throw new Faults(reader.faults)
  return settings
}

class SettingsReader {
  readonly faults: Fault[] = []
  readonly #source: SourceText
  readonly #environment: Environment
  #document: Document | undefined

  constructor(text: string, file: string, environment: Environment) {
    this.#source = new SourceText(file, text)
    this.#environment = environment
  }

  read(): Settings {
    const root = this.#root()
    const drivers: SettingsSection[] = []
    const pipeline: SettingsSection[] = []
    const folders = new Map<string, Setting>()
    const plugins: Setting[] = []
    let admin: SettingsSection | undefined
    this.#addTwoNamesFault(root, 'admin', 'inside')
    for (const pair of root?.items ?? []) {
      const key = keyText(pair)
      if (key === 'pipeline') pipeline.push(...this.#sections(pair, '"pipeline"'))
      else if (key === 'drivers') drivers.push(...this.#sections(pair, '"drivers"'))
      else if (key === 'admin' || key === 'inside') admin = this.#singleSection(pair, `"${key}"`)
      else if (key === 'plugins') plugins.push(...this.#strings(pair, key))
      else if (isFolderKey(key)) {
        const setting = this.#folder(pair, key)
        if (setting) folders.set(key, setting)
      } else if (key !== '$schema' && !isCommentKey(key)) this.#addUnknownKeyFault(pair, key)
    }
    if (root && this.faults.length === 0 && pipeline.length === 0) this.#addFault('SFP_PIPELINE_EMPTY', {}, root)
    return {
      file: this.#source.file,
      drivers,
      pipeline,
      ...(admin && { admin }),
      ...(folders.size > 0 && { folders }),
      ...(plugins.length > 0 && { plugins }),
    }
  }

  #root(): YAMLMap | undefined {
    const reading = readDocument(this.#source.text)
    if ('error' in reading) {
      const { reason, start, end } = reading.error
      this.faults.push(new Fault('SFP_CONFIG_SYNTAX', { reason }, { position: this.#source.position(start, end) }))
      return undefined
    }
    this.#document = reading.document
    const contents = this.#document?.contents
    if (isMap(contents)) return contents
    this.#addShapeFault('the pipeline file', 'an object', contents)
    return undefined
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
    return { position: this.#positionOf(map), file: this.#entries(map), environment: new Map() }
  }

  #entries(map: YAMLMap): Map<string, Setting> {
    const entries = new Map<string, Setting>()
    for (const pair of map.items) {
      const key = keyText(pair)
      if (!isCommentKey(key)) entries.set(key, this.#setting(key, this.#node(pair.key) ?? map, this.#node(pair.value)))
    }
    return entries
  }

  /** A setting with all its parts. */
  #setting(key: string, keyNode: Node, node: Node | undefined): Setting {
    const keyPosition = this.#positionOf(keyNode)
    const origin: SettingOrigin = { kind: 'file', key: keyPosition, value: node ? this.#positionOf(node) : keyPosition }
    const value = isAlias(node) && this.#document ? node.resolve(this.#document) : node
    if (isMap(value)) return replaceParts({ key, value: {}, rawText: undefined, origin }, this.#entries(value))
    if (isSeq(value)) {
      const items = value.items.map((item, index): [string, Setting] => {
        const itemNode = this.#node(item)
        return [String(index), this.#setting(String(index), itemNode ?? value, itemNode)]
      })
      return replaceParts({ key, value: [], rawText: undefined, origin }, new Map(items))
    }
    if (!isScalar(value)) return { key, value: null, rawText: undefined, origin }
    if (typeof value.value !== 'string') return { key, value: value.value, rawText: value.source, origin }
    const { text, unset } = substituteVariables(value.value, this.#environment)
    for (const { reference, variable } of unset)
      this.faults.push(new Fault('SFP_CONFIG_UNSET_VARIABLE', { variable }, { position: this.#positionWithin(value, reference) }))
    return { key, value: text, rawText: text, origin }
  }

  /** Returns undefined and reports a fault if the value is not a string. */
  #folder(pair: Pair, key: string): Setting | undefined {
    const value = this.#node(pair.value)
    const keyNode = this.#node(pair.key)
    if (isNonEmptyString(value) && keyNode) return this.#setting(key, keyNode, value)
    this.#addShapeFault(`"${key}"`, 'the path of a directory', value ?? keyNode)
    return undefined
  }

  #strings(pair: Pair, key: string): Setting[] {
    const list = this.#node(pair.value)
    if (!isSeq(list)) {
      this.#addShapeFault(`"${key}"`, 'an array of strings', list ?? this.#node(pair.key))
      return []
    }
    return list.items.flatMap((item, index) => {
      const node = this.#node(item)
      if (isNonEmptyString(node)) return [this.#setting(key, node, node)]
      this.#addShapeFault(`entry ${index + 1} of "${key}"`, 'a string', node ?? list)
      return []
    })
  }

  #node(value: unknown): Node | undefined {
    return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value) ? value : undefined
  }

  #addTwoNamesFault(root: YAMLMap | undefined, current: string, deprecated: string): void {
    const pairOf = (name: string): Pair | undefined => root?.items.find(pair => keyText(pair) === name)
    const pair = pairOf(deprecated)
    if (pair && pairOf(current)) this.#addFault('SFP_CONFIG_TWO_NAMES', { key: deprecated, current }, this.#node(pair.key))
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
    code: 'SFP_CONFIG_SHAPE' | 'SFP_CONFIG_TWO_NAMES' | 'SFP_CONFIG_UNKNOWN_KEY' | 'SFP_PIPELINE_EMPTY',
    details: Fault['details'],
    node: Node | null | undefined,
  ): void {
    this.faults.push(new Fault(code, details, { position: node ? this.#positionOf(node) : this.#source.position(0, 1) }))
  }

  #positionOf(node: Node): SourcePosition {
    const [start, end] = node.range ?? [0, 1]
    return this.#source.position(start, end)
  }

  /** The position of a part of a string; of the whole string if the part is written with escapes. */
  #positionWithin(node: Node, part: string): SourcePosition {
    const [start, end] = node.range ?? [0, 1]
    const offset = this.#source.text.slice(start, end).indexOf(part)
    return offset < 0 ? this.#source.position(start, end) : this.#source.position(start + offset, start + offset + part.length)
  }
}

const isNonEmptyString = (node: Node | undefined): node is Scalar<string> =>
  isScalar(node) && typeof node.value === 'string' && node.value !== ''

function nodeDescription(node: Node | null | undefined): string {
  if (isMap(node)) return 'an object'
  if (isSeq(node)) return 'an array'
  if (!isScalar(node) || node.value === null) return 'empty'
  return typeof node.value === 'string' ? 'a string' : `the ${typeof node.value} ${String(node.value)}`
}

// SPDX-License-Identifier: Apache-2.0
import type { SourcePosition } from '../../core/errors/fault.js'
import { isFolderKey, type Setting, type Settings, type SettingsSection } from './settings.js'

/**
 * What `parseSettings` gives for a pipeline file that is plain JSON in ASCII and without a fault; undefined for every other,
 * which is then left to it. Most files are so plain, and loading the YAML package takes longer than reading a small trace.
 */
export function parsePlainSettings(text: string, file: string): Settings | undefined {
  const root = new PlainReader(text).read()
  if (root?.kind !== 'object') return undefined
  const sections = { drivers: [] as SettingsSection[], pipeline: [] as SettingsSection[] }
  const folders = new Map<string, Setting>()
  const plugins: Setting[] = []
  let admin: SettingsSection | undefined
  for (const { name, key, value } of root.members) {
    if (name === '$schema') continue
    if (isFolderKey(name)) {
      if (!isNonEmptyString(value)) return undefined
      folders.set(name, settingAt(name, key, value, text, file))
      continue
    }
    if (name === 'admin') {
      if (value.kind !== 'object') return undefined
      admin = sectionOf(value, text, file)
      continue
    }
    if (name !== 'drivers' && name !== 'pipeline' && name !== 'plugins') return undefined
    if (value.kind !== 'array') return undefined
    if (name === 'plugins') {
      if (!value.items.every(isNonEmptyString)) return undefined
      plugins.push(...value.items.map(item => settingAt(name, item, item, text, file)))
      continue
    }
    for (const item of value.items) {
      if (item.kind !== 'object') return undefined
      sections[name].push(sectionOf(item, text, file))
    }
  }
  if (sections.pipeline.length === 0) return undefined
  return {
    file,
    ...sections,
    ...(admin && { admin }),
    ...(folders.size > 0 && { folders }),
    ...(plugins.length > 0 && { plugins }),
  }
}

/** A stretch of the text, from `start` to before `end`. */
interface TextRange {
  readonly start: number
  readonly end: number
}

interface PlainMember {
  readonly name: string
  readonly key: TextRange
  readonly value: Value
}

interface ObjectValue extends TextRange {
  readonly kind: 'object'
  readonly members: readonly PlainMember[]
}

type Value =
  | ObjectValue
  | (TextRange & { readonly kind: 'array'; readonly items: readonly Value[] })
  | (TextRange & { readonly kind: 'scalar'; readonly value: unknown; readonly rawText: string })

function sectionOf(object: ObjectValue, text: string, file: string): SettingsSection {
  const settings = object.members.map(({ name, key, value }): [string, Setting] => [
    name,
    settingAt(name, key, value, text, file),
  ])
  return { position: positionOf(object, text, file), file: new Map(settings), environment: new Map() }
}

const settingAt = (name: string, key: TextRange, value: Value, text: string, file: string): Setting => ({
  key: name,
  value: plainValue(value),
  rawText: value.kind === 'scalar' ? value.rawText : undefined,
  origin: { kind: 'file', key: positionOf(key, text, file), value: positionOf(value, text, file) },
})

const isNonEmptyString = (value: Value): boolean =>
  value.kind === 'scalar' && typeof value.value === 'string' && value.value !== ''

function plainValue(value: Value): unknown {
  if (value.kind === 'scalar') return value.value
  if (value.kind === 'array') return value.items.map(plainValue)
  return Object.fromEntries(value.members.map(member => [member.name, plainValue(member.value)]))
}

function positionOf({ start, end }: TextRange, text: string, file: string): SourcePosition {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const lineEnd = text.indexOf('\n', start)
  const line = text.slice(0, lineStart).split('\n').length
  const length = Math.max(1, Math.min(end, lineEnd < 0 ? text.length : lineEnd) - start)
  return { file, line, column: start - lineStart + 1, length, text }
}

/** Longer ones are seldom, and YAML has rules of its own for keys beyond a thousand characters. */
const STRING = /"(?:[ !#-[\]-~]|\\["\\/bfnrt]){0,900}"/y
const NUMBER = /-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?(?=[\s,\]}])/y
const WORD = /(?:true|false|null)(?=[\s,\]}])/y
const BLANKS = /[ \n]*/y
const COLON = / *: */y
/** What an object must not be given, or YAML takes for more than a name. */
const SPECIAL = new Set(['__proto__', '<<'])
/** What no pipeline needs; the reader calls itself for each. */
const MAX_DEPTH = 20

class PlainReader {
  readonly #text: string
  #offset = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  read(): Value | undefined {
    this.#match(BLANKS)
    const value = this.#value()
    this.#match(BLANKS)
    return this.#offset === this.#text.length ? value : undefined
  }

  #value(): Value | undefined {
    const start = this.#offset
    switch (this.#text[start]) {
      case '{':
        return this.#object()
      case '[':
        return this.#array()
      case '"': {
        const quotedText = this.#match(STRING)
        if (quotedText === undefined) return undefined
        const value: unknown = JSON.parse(quotedText)
        return { kind: 'scalar', value, rawText: String(value), start, end: this.#offset }
      }
      default: {
        const rawText = this.#match(WORD) ?? this.#match(NUMBER)
        return rawText === undefined
          ? undefined
          : { kind: 'scalar', value: JSON.parse(rawText), rawText, start, end: this.#offset }
      }
    }
  }

  #object(): ObjectValue | undefined {
    const start = this.#offset
    const members: PlainMember[] = []
    const names = new Set<string>(SPECIAL)
    const isRead = this.#list('}', () => {
      const key = this.#value()
      if (key?.kind !== 'scalar' || typeof key.value !== 'string' || names.has(key.value)) return false
      names.add(key.value)
      if (this.#match(COLON) === undefined) return false
      const value = this.#value()
      if (value) members.push({ name: key.value, key, value })
      return value !== undefined
    })
    return isRead ? { kind: 'object', members, start, end: this.#offset } : undefined
  }

  #array(): Value | undefined {
    const start = this.#offset
    const items: Value[] = []
    const isRead = this.#list(']', () => {
      const item = this.#value()
      if (item) items.push(item)
      return item !== undefined
    })
    return isRead ? { kind: 'array', items, start, end: this.#offset } : undefined
  }

  /** What stands between brackets, with commas between; false if it is not plain. */
  #list(close: string, readOne: () => boolean): boolean {
    if (++this.#depth > MAX_DEPTH) return false
    let separator = ''
    do {
      this.#offset++
      this.#match(BLANKS)
      if (separator === '' && this.#text[this.#offset] === close) break
      if (!readOne()) return false
      this.#match(BLANKS)
      separator = this.#text[this.#offset] ?? ''
    } while (separator === ',')
    if (this.#text[this.#offset] !== close) return false
    this.#offset++
    this.#depth--
    return true
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#offset
    const [found] = pattern.exec(this.#text) ?? []
    this.#offset += found?.length ?? 0
    return found
  }
}

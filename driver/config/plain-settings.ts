// SPDX-License-Identifier: Apache-2.0
import type { Place } from '../../core/errors/fault.js'
import { isFolderKey, type Section, type Setting, type Settings } from './settings.js'

/**
 * What `parseSettings` gives for a pipeline file that is plain JSON in ASCII and without a fault; undefined for every other,
 * which is then left to it. Most files are so plain, and loading the YAML package takes longer than reading a small trace.
 */
export function plainSettings(text: string, file: string): Settings | undefined {
  const top = new PlainReader(text).read()
  if (top?.kind !== 'object') return undefined
  const sections = { drivers: [] as Section[], pipeline: [] as Section[] }
  const folders = new Map<string, Setting>()
  const plugins: Setting[] = []
  let inside: Section | undefined
  for (const { name, key, value } of top.members) {
    if (name === '$schema') continue
    if (isFolderKey(name)) {
      if (!isText(value)) return undefined
      folders.set(name, settingAt(name, key, value, text, file))
      continue
    }
    if (name === 'inside') {
      if (value.kind !== 'object') return undefined
      inside = sectionOf(value, text, file)
      continue
    }
    if (name !== 'drivers' && name !== 'pipeline' && name !== 'plugins') return undefined
    if (value.kind !== 'array') return undefined
    if (name === 'plugins') {
      if (!value.items.every(isText)) return undefined
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
    ...(inside && { inside }),
    ...(folders.size > 0 && { folders }),
    ...(plugins.length > 0 && { plugins }),
  }
}

/** A stretch of the text, from `start` to before `end`. */
interface Stretch {
  readonly start: number
  readonly end: number
}

interface Member {
  readonly name: string
  readonly key: Stretch
  readonly value: Value
}

interface ObjectValue extends Stretch {
  readonly kind: 'object'
  readonly members: readonly Member[]
}

type Value =
  | ObjectValue
  | (Stretch & { readonly kind: 'array'; readonly items: readonly Value[] })
  | (Stretch & { readonly kind: 'scalar'; readonly value: unknown; readonly written: string })

function sectionOf(object: ObjectValue, text: string, file: string): Section {
  const settings = object.members.map(({ name, key, value }): [string, Setting] => [
    name,
    settingAt(name, key, value, text, file),
  ])
  return { place: placeOf(object, text, file), file: new Map(settings), environment: new Map() }
}

const settingAt = (name: string, key: Stretch, value: Value, text: string, file: string): Setting => ({
  key: name,
  value: plain(value),
  written: value.kind === 'scalar' ? value.written : undefined,
  origin: { kind: 'file', key: placeOf(key, text, file), value: placeOf(value, text, file) },
})

const isText = (value: Value): boolean => value.kind === 'scalar' && typeof value.value === 'string' && value.value !== ''

function plain(value: Value): unknown {
  if (value.kind === 'scalar') return value.value
  if (value.kind === 'array') return value.items.map(plain)
  return Object.fromEntries(value.members.map(member => [member.name, plain(member.value)]))
}

function placeOf({ start, end }: Stretch, text: string, file: string): Place {
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
const MOST_LEVELS = 20

class PlainReader {
  readonly #text: string
  #at = 0
  #level = 0

  constructor(text: string) {
    this.#text = text
  }

  read(): Value | undefined {
    this.#take(BLANKS)
    const value = this.#value()
    this.#take(BLANKS)
    return this.#at === this.#text.length ? value : undefined
  }

  #value(): Value | undefined {
    const start = this.#at
    switch (this.#text[start]) {
      case '{':
        return this.#object()
      case '[':
        return this.#array()
      case '"': {
        const raw = this.#take(STRING)
        if (raw === undefined) return undefined
        const value: unknown = JSON.parse(raw)
        return { kind: 'scalar', value, written: String(value), start, end: this.#at }
      }
      default: {
        const written = this.#take(WORD) ?? this.#take(NUMBER)
        return written === undefined ? undefined : { kind: 'scalar', value: JSON.parse(written), written, start, end: this.#at }
      }
    }
  }

  #object(): ObjectValue | undefined {
    const start = this.#at
    const members: Member[] = []
    const names = new Set<string>(SPECIAL)
    const isRead = this.#list('}', () => {
      const key = this.#value()
      if (key?.kind !== 'scalar' || typeof key.value !== 'string' || names.has(key.value)) return false
      names.add(key.value)
      if (this.#take(COLON) === undefined) return false
      const value = this.#value()
      if (value) members.push({ name: key.value, key, value })
      return value !== undefined
    })
    return isRead ? { kind: 'object', members, start, end: this.#at } : undefined
  }

  #array(): Value | undefined {
    const start = this.#at
    const items: Value[] = []
    const isRead = this.#list(']', () => {
      const item = this.#value()
      if (item) items.push(item)
      return item !== undefined
    })
    return isRead ? { kind: 'array', items, start, end: this.#at } : undefined
  }

  /** What stands between brackets, with commas between; false if it is not plain. */
  #list(close: string, readOne: () => boolean): boolean {
    if (++this.#level > MOST_LEVELS) return false
    let separator = ''
    do {
      this.#at++
      this.#take(BLANKS)
      if (separator === '' && this.#text[this.#at] === close) break
      if (!readOne()) return false
      this.#take(BLANKS)
      separator = this.#text[this.#at] ?? ''
    } while (separator === ',')
    if (this.#text[this.#at] !== close) return false
    this.#at++
    this.#level--
    return true
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const [found] = pattern.exec(this.#text) ?? []
    this.#at += found?.length ?? 0
    return found
  }
}

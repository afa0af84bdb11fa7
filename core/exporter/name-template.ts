// SPDX-License-Identifier: Apache-2.0
import { hostname } from 'node:os'
import { Fault } from '../errors/fault.js'

/** What a template may name beside the date: facts that are known at the start and the same for every record. */
export interface NameFacts {
  readonly stage: string
  readonly format: string
  /** Of this machine, as its operating system says. */
  readonly host?: string
}

export interface NameRules {
  /** The setting it comes from. */
  readonly key: string
  /** Whether it is a path of several parts. */
  readonly hasFolders?: boolean
  /** Bytes that the name may have. */
  readonly length: number
}

/**
 * Names of indices and objects that change with the hour: `sysflow-%{host}-%Y.%m.%d`. Whatever a variable holds, a name stays
 * within what is written before the first of them, and has only lower-case letters, digits, `.`, `_` and `-`.
 */
export class NameTemplate {
  /** What every name begins with. */
  readonly prefix: string
  readonly isFixed: boolean
  readonly #parts: readonly Part[]
  readonly #rules: NameRules
  #hour = ''
  #name = ''

  /** Throws a fault if the template begins with a variable, names an unknown one or has characters that names cannot have. */
  constructor(template: string, rules: NameRules, facts: NameFacts) {
    this.#rules = rules
    this.#parts = partsOf(template, rules, { host: hostname(), ...facts })
    const first = this.#parts[0]
    if (first === undefined || typeof first !== 'string')
      throw badTemplate(rules, template === '' ? 'it is empty' : 'it begins with a variable', 'begin it with a fixed text')
    this.prefix = first
    this.isFixed = this.#parts.every(part => typeof part === 'string')
    if ((rules.hasFolders ? /^\// : /^[-_+.]/).test(first))
      throw badTemplate(rules, `it begins with "${first[0]}"`, 'begin it with a letter or a digit')
    if (!FIXED[rules.hasFolders ? 'path' : 'name'].test(this.#parts.filter(part => typeof part === 'string').join('')))
      throw badTemplate(rules, 'it has characters that no name may have', 'use a-z, 0-9, ".", "_" and "-"')
    this.at('2000-01-01T00')
  }

  /** `hour`: as in 2023-11-14T22, in UTC. */
  at(hour: string): string {
    if (hour === this.#hour) return this.#name
    const name = this.#parts.map(part => (typeof part === 'string' ? part : part(hour))).join('')
    if (name.includes('..')) throw badTemplate(this.#rules, `it makes the name "${name}"`, 'leave ".." out')
    if (Buffer.byteLength(name) > this.#rules.length)
      throw badTemplate(this.#rules, `it makes a name longer than ${this.#rules.length} bytes`, 'make it shorter')
    this.#hour = hour
    this.#name = name
    return name
  }
}

type Part = string | ((hour: string) => string)

function partsOf(template: string, rules: NameRules, facts: Readonly<Record<string, string>>): Part[] {
  const parts: Part[] = []
  const add = (part: Part): void => {
    const last = parts.at(-1)
    // Texts of the template that follow each other stay one, so that the first is all that every name begins with.
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part
    else if (part !== '') parts.push(part)
  }
  for (const [, letter, name, fixed] of template.matchAll(/%([A-Za-z%])|%\{([^}]*)\}|([^%]+|%)/g)) {
    if (fixed !== undefined) add(fixed)
    else if (letter !== undefined) add(dated(letter, rules))
    else {
      const fact = name !== undefined && Object.hasOwn(facts, name) ? facts[name] : undefined
      if (fact === undefined)
        throw badTemplate(rules, `nothing is called "%{${name}}"`, `use one of %{${Object.keys(facts).join('}, %{')}}`)
      const text = cleaned(fact)
      add(() => text)
    }
  }
  return parts
}

function dated(letter: string, rules: NameRules): Part {
  const place = Object.hasOwn(PLACES, letter) ? PLACES[letter] : undefined
  if (!place) throw badTemplate(rules, `there is no "%${letter}"`, 'use %Y, %m, %d, %H or %{host}, %{stage}, %{format}')
  return hour => hour.slice(...place)
}

/** Where the parts of a date stand in 2023-11-14T22. */
const PLACES: Readonly<Record<string, readonly [number, number]>> = { Y: [0, 4], m: [5, 7], d: [8, 10], H: [11, 13] }

const FIXED = { name: /^[a-z0-9._-]*$/, path: /^[A-Za-z0-9._/=-]*$/ }

/** Of a value, what a name may hold: no part of it can lead out of the place where it stands. */
const cleaned = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '-')
    .slice(0, 64)

const badTemplate = ({ key }: NameRules, reason: string, hint: string): Fault =>
  new Fault('SFP_WEB_SETTING', { key, reason, hint })

/** The hour of a time, as {@link NameTemplate.at} takes it. */
export const hourOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 13)

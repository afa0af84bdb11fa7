// SPDX-License-Identifier: Apache-2.0
import { hostname } from 'node:os'
import { Fault } from '../errors/fault.js'

/** The variables of a template beside the date: known at startup and the same for every record. */
export interface NameVariables {
  readonly stage: string
  readonly format: string
  /** Name of this machine according to its operating system. */
  readonly host?: string
}

export interface NameConstraints {
  /** The setting that contains the template. */
  readonly key: string
  /** Whether the name is a path of several parts. */
  readonly hasFolders?: boolean
  /** Largest length of the name in bytes. */
  readonly maxBytes: number
}

/**
 * A template for names of indices and objects that change with the hour: `alerts-%{host}-%Y.%m.%d`. Whatever a variable contains,
 * a name begins with the text before the first variable, and has only lower-case letters, digits, `.`, `_` and `-`.
 */
export class NameTemplate {
  /** The beginning that all names share. */
  readonly prefix: string
  readonly isFixed: boolean
  readonly #parts: readonly TemplatePart[]
  readonly #constraints: NameConstraints
  #lastHour = ''
  #lastName = ''

  /** Throws a fault if the template begins with a variable, contains an unknown one or has characters that names cannot have. */
  constructor(template: string, constraints: NameConstraints, variables: NameVariables) {
    this.#constraints = constraints
    this.#parts = parseTemplate(template, constraints, { host: hostname(), ...variables })
    const first = this.#parts[0]
    if (first === undefined || typeof first !== 'string')
      throw templateFault(constraints, template === '' ? 'it is empty' : 'it starts with a variable', 'start it with fixed text')
    this.prefix = first
    this.isFixed = this.#parts.every(part => typeof part === 'string')
    if ((constraints.hasFolders ? /^\// : /^[-_+.]/).test(first))
      throw templateFault(constraints, `it starts with "${first[0]}"`, 'start it with a letter or a digit')
    if (
      !ALLOWED_CHARACTERS[constraints.hasFolders ? 'path' : 'name'].test(
        this.#parts.filter(part => typeof part === 'string').join(''),
      )
    )
      throw templateFault(constraints, 'it has invalid characters', 'use a-z, 0-9, ".", "_" and "-"')
    this.nameAt('2000-01-01T00')
  }

  /** `hour`: for example 2023-11-14T22, in UTC. */
  nameAt(hour: string): string {
    if (hour === this.#lastHour) return this.#lastName
    const name = this.#parts.map(part => (typeof part === 'string' ? part : part(hour))).join('')
    if (name.includes('..')) throw templateFault(this.#constraints, `the resulting name is "${name}"`, 'leave ".." out')
    if (Buffer.byteLength(name) > this.#constraints.maxBytes)
      throw templateFault(
        this.#constraints,
        `the resulting name is longer than ${this.#constraints.maxBytes} bytes`,
        'make it shorter',
      )
    this.#lastHour = hour
    this.#lastName = name
    return name
  }
}

type TemplatePart = string | ((hour: string) => string)

function parseTemplate(
  template: string,
  constraints: NameConstraints,
  variables: Readonly<Record<string, string>>,
): TemplatePart[] {
  const parts: TemplatePart[] = []
  const add = (part: TemplatePart): void => {
    const last = parts.at(-1)
    // Adjacent texts of the template are joined, so that the first one is the beginning that all names share.
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part
    else if (part !== '') parts.push(part)
  }
  for (const [, letter, name, literal] of template.matchAll(/%([A-Za-z%])|%\{([^}]*)\}|([^%]+|%)/g)) {
    if (literal !== undefined) add(literal)
    else if (letter !== undefined) add(datePart(letter, constraints))
    else {
      const variable = name !== undefined && Object.hasOwn(variables, name) ? variables[name] : undefined
      if (variable === undefined)
        throw templateFault(constraints, `unknown variable "%{${name}}"`, `use one of %{${Object.keys(variables).join('}, %{')}}`)
      const text = sanitize(variable)
      add(() => text)
    }
  }
  return parts
}

function datePart(letter: string, constraints: NameConstraints): TemplatePart {
  const slice = Object.hasOwn(DATE_SLICES, letter) ? DATE_SLICES[letter] : undefined
  if (!slice)
    throw templateFault(constraints, `unknown variable "%${letter}"`, 'use %Y, %m, %d, %H or %{host}, %{stage}, %{format}')
  return hour => hour.slice(...slice)
}

/** Positions of the parts of a date in 2023-11-14T22. */
const DATE_SLICES: Readonly<Record<string, readonly [number, number]>> = { Y: [0, 4], m: [5, 7], d: [8, 10], H: [11, 13] }

const ALLOWED_CHARACTERS = { name: /^[a-z0-9._-]*$/, path: /^[A-Za-z0-9._/=-]*$/ }

/** Replaces the characters of a value that names cannot have, so that a value cannot escape from its path. */
const sanitize = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '-')
    .slice(0, 64)

const templateFault = ({ key }: NameConstraints, reason: string, hint: string): Fault =>
  new Fault('SFP_WEB_SETTING', { key, reason, hint })

/** The hour of a time, in the form that {@link NameTemplate.nameAt} takes. */
export const hourOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 13)

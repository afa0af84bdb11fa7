// SPDX-License-Identifier: Apache-2.0

import type { Priority } from '../../../contract/evaluated-batch.js'
import type { SourceSpan, SourceText } from '../../../errors/source-text.js'
import { withoutBoundingQuotes } from '../../quotes.js'
import type { Expression } from '../ast.js'
import type { LocatedText } from '../readers/policy-entry.js'

/**
 * All declarations of the files of one load: read and parsed, but with unresolved names. Plain data except for
 * {@link Definitions}.
 */
export interface Declarations {
  readonly sources: readonly SourceText[]
  readonly rules: readonly RuleDeclaration[]
  readonly filters: readonly FilterDeclaration[]
  readonly macros: Definitions<MacroDeclaration>
  readonly lists: Definitions<ListDeclaration>
}

/** The position of an entry: a name means its nearest definition above this position. */
export interface EntryPosition {
  readonly file: number
  readonly entry: number
}

interface Declaration {
  readonly name: string
  readonly position: EntryPosition
  /** The name, at its position. */
  readonly span: SourceSpan
}

/** A declaration with a condition. The condition is missing if it could not be parsed; the error is already reported. */
export interface ConditionalDeclaration extends Declaration {
  readonly kind: 'rule' | 'filter' | 'macro'
  readonly condition: Expression | undefined
}

export interface RuleDeclaration extends ConditionalDeclaration {
  readonly kind: 'rule'
  readonly description: string
  readonly priority: Priority
  readonly tags: readonly string[]
  readonly actions: readonly LocatedText[]
  readonly prefilter: readonly LocatedText[]
  readonly enabled: boolean
}

export interface FilterDeclaration extends ConditionalDeclaration {
  readonly kind: 'filter'
  readonly enabled: boolean
}

export interface MacroDeclaration extends ConditionalDeclaration {
  readonly kind: 'macro'
}

export interface ListDeclaration extends Declaration {
  readonly kind: 'list'
  readonly items: readonly LocatedText[]
}

/**
 * Definitions by name. A name may be redefined; an entry uses the nearest definition above it. An entry above all definitions in
 * its file uses the last definition in the file. If the file has none, it uses the last one of an earlier file, else that of the
 * next later file that has one.
 */
export class Definitions<D extends Declaration> {
  readonly #byName = new Map<string, D[]>()
  #hasRedefinitions = false

  /** In the order of the text. */
  add(definition: D): void {
    const known = this.#byName.get(definition.name)
    if (!known) this.#byName.set(definition.name, [definition])
    else {
      known.push(definition)
      this.#hasRedefinitions = true
    }
  }

  /** Whether the same name can have different meanings at different positions. */
  get hasRedefinitions(): boolean {
    return this.#hasRedefinitions
  }

  has(name: string): boolean {
    return this.#byName.has(name)
  }

  names(): Iterable<string> {
    return this.#byName.keys()
  }

  *all(): Iterable<D> {
    for (const definitions of this.#byName.values()) yield* definitions
  }

  visibleFrom({ file, entry }: EntryPosition, name: string): D | undefined {
    const definitions = this.#byName.get(name)
    if (!definitions || definitions.length === 1) return definitions?.[0]
    const here = definitions.filter(({ position }) => position.file === file)
    const above = here.findLast(({ position }) => position.entry <= entry)
    if (here.length > 0) return above ?? here.at(-1)
    const earlier = definitions.findLast(({ position }) => position.file < file)
    if (earlier) return earlier
    const next = definitions.find(({ position }) => position.file > file)
    return definitions.findLast(({ position }) => position.file === next?.position.file)
  }
}

/** An item loses one more pair of quotes, inside of the quotes of the file format. */
export const itemText = (item: LocatedText): string => withoutBoundingQuotes(item.text)

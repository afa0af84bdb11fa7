// SPDX-License-Identifier: Apache-2.0

import type { Priority } from '../../../contract/evaluated-batch.js'
import type { SourceSpan, SourceText } from '../../../errors/source-text.js'
import { withoutBoundingQuotes } from '../../quotes.js'
import type { Expression } from '../ast.js'
import type { LocatedText } from '../readers/policy-entry.js'

/** Everything that the files of one load declare: read and parsed, names not yet looked up. Plain data but for {@link Definitions}. */
export interface Declarations {
  readonly sources: readonly SourceText[]
  readonly rules: readonly RuleDeclaration[]
  readonly filters: readonly FilterDeclaration[]
  readonly macros: Definitions<MacroDeclaration>
  readonly lists: Definitions<ListDeclaration>
}

/** Where an entry stands: names mean what is defined nearest above it. */
export interface EntryPosition {
  readonly file: number
  readonly entry: number
}

interface Declaration {
  readonly name: string
  readonly position: EntryPosition
  /** The name, where it is given. */
  readonly span: SourceSpan
}

/** Something that has a condition. The condition is missing if it could not be parsed; that has been told. */
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
 * Definitions by name. A name may be defined again; who uses it sees the definition nearest above. Who stands above all
 * definitions of its file sees the file's last one; if its file has none, the last one of an earlier file, else that of the
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

  /** Whether the same name can mean different things in different places. */
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

/** An item loses the quotes that stand in it once the file's own are gone. */
export const itemText = (item: LocatedText): string => withoutBoundingQuotes(item.text)

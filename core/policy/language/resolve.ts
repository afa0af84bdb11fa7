// SPDX-License-Identifier: Apache-2.0

import { withoutBoundingQuotes } from '../bounding-quotes.js'
import type { Condition, DropFilter, NamedAction, Operand, Policy, Rule } from '../policy.js'
import type { Atom, Comparison, Expression } from './ast.js'
import type { Load } from './checks/law.js'
import { joined, negated, possibilities, unavailableIn } from './condition.js'
import {
  type Conditional,
  type FilterDeclaration,
  itemText,
  type ListDeclaration,
  type MacroDeclaration,
  type Position,
  type RuleDeclaration,
} from './declare/declarations.js'
import type { PlacedText } from './doors/entry.js'
import { type Meaning, meaningOf, rightMeaningOf } from './meaning.js'
import { placeOf } from './source.js'

/** Puts macros and lists in their places. The laws hold already, so nothing can go wrong here. */
export function resolve(load: Load): Policy {
  const resolver = new Resolver(load)
  return {
    rules: load.declarations.rules.map(rule => resolver.rule(rule)),
    filters: load.declarations.filters.map(filter => resolver.filter(filter)),
  }
}

class Resolver {
  readonly #load: Load
  readonly #isRedefined: boolean
  /** What a macro and a list come to; for one rule only, where names are redefined. */
  readonly #macros = new Map<MacroDeclaration, Condition>()
  readonly #lists = new Map<ListDeclaration, readonly Operand[]>()
  readonly #reasons = new Map<string, string>()

  constructor(load: Load) {
    this.#load = load
    this.#isRedefined = load.declarations.macros.isRedefined || load.declarations.lists.isRedefined
  }

  rule(rule: RuleDeclaration): Rule {
    return {
      name: rule.name,
      description: rule.description,
      priority: rule.priority,
      tags: rule.tags,
      condition: this.#condition(rule),
      prefilter: rule.prefilter.map(itemText),
      enabled: rule.enabled,
      actions: rule.actions.map(namedAction),
      place: placeOf(rule.span),
    }
  }

  filter(filter: FilterDeclaration): DropFilter {
    return { name: filter.name, condition: this.#condition(filter), enabled: filter.enabled, place: placeOf(filter.span) }
  }

  #condition(owner: Conditional): Condition {
    if (this.#isRedefined) {
      this.#macros.clear()
      this.#lists.clear()
    }
    if (!owner.condition) return NEVER
    const condition = this.#expression(owner.condition, owner.position)
    const canMatch = possibilities(condition).true
    const unavailable = [...unavailableIn(condition)]
    const { kind, name } = owner
    if (!canMatch) {
      const reasons = unavailable.length === 0 ? 'its condition is always false' : this.#because(unavailable)
      this.#load.findings.warning('SFP_POLICY_INACTIVE_RULE', { kind, name, reasons }, owner.span)
      return unavailable[0] === undefined ? NEVER : { kind: 'unavailable', attribute: unavailable[0] }
    }
    if (unavailable.length > 0)
      this.#load.findings.warning('SFP_POLICY_UNAVAILABLE', { kind, name, reasons: this.#because(unavailable) }, owner.span)
    return condition
  }

  #because(names: readonly string[]): string {
    return names.map(name => `${name} is not available (${this.#reasons.get(name) ?? ''})`).join(', ')
  }

  #expression(tree: Expression, position: Position): Condition {
    switch (tree.kind) {
      case 'and':
      case 'or':
        return joined(
          tree.kind === 'and' ? 'all' : 'any',
          tree.terms.map(term => this.#expression(term, position)),
        )
      case 'not':
        return negated(this.#expression(tree.term, position))
      case 'macro':
        return this.#macro(tree.name, position)
      case 'comparison':
        return this.#comparison(tree, position)
      default:
        return tree satisfies never
    }
  }

  #macro(name: string, position: Position): Condition {
    const macro = this.#load.declarations.macros.seenFrom(position, name)
    if (!macro?.condition) return NEVER
    const known = this.#macros.get(macro)
    if (known) return known
    const condition = this.#expression(macro.condition, position)
    this.#macros.set(macro, condition)
    return condition
  }

  #comparison(comparison: Comparison, position: Position): Condition {
    const operator = comparison.operator === 'intersects' ? 'in' : comparison.operator
    const left = this.#operand(meaningOf(comparison.left, this.#load.names))
    if (!('kind' in left)) return { kind: 'unavailable', attribute: left.unavailable }
    if (operator === 'exists') {
      if (left.kind === 'literal') return { kind: 'constant', value: left.text !== '' }
      return { kind: 'criterion', criterion: { operator, left, right: [] } }
    }
    if (operator === 'in' || operator === 'pmatch') {
      const right = this.#members(comparison, position)
      return right.length === 0 ? NEVER : { kind: 'criterion', criterion: { operator, left, right } }
    }
    const [atom] = comparison.right
    const right = this.#operand(atom?.kind === 'atom' ? rightMeaningOf(atom, this.#load.names) : { kind: 'literal', text: '' })
    if (!('kind' in right)) return { kind: 'unavailable', attribute: right.unavailable }
    return { kind: 'criterion', criterion: { operator, left, right: [right] } }
  }

  #operand(meaning: Meaning): Operand | { readonly unavailable: string } {
    switch (meaning.kind) {
      case 'attribute':
        return { kind: 'attribute', attribute: meaning.attribute, path: meaning.path }
      case 'unavailable':
        this.#reasons.set(meaning.name, meaning.reason)
        return { unavailable: meaning.name }
      case 'unknown':
        return literal(meaning.name)
      case 'literal':
        return literal(meaning.text)
      default:
        return meaning satisfies never
    }
  }

  #members({ right }: Comparison, position: Position): readonly Operand[] {
    const [only] = right
    if (right.length === 1 && only?.kind === 'atom') return this.#member(only, position)
    return unique(
      right.flatMap(member =>
        member.kind === 'atom' ? this.#member(member, position) : member.items.flatMap(item => this.#member(item, position)),
      ),
    )
  }

  #member({ text, quoted }: Atom, position: Position): readonly Operand[] {
    const list = quoted ? undefined : this.#load.declarations.lists.seenFrom(position, text)
    return list ? this.#items(list, position) : [literal(withoutBoundingQuotes(text))]
  }

  #items(list: ListDeclaration, position: Position): readonly Operand[] {
    const known = this.#lists.get(list)
    if (known) return known
    const items = unique(
      list.items.flatMap(item => {
        const inner = item.quoted ? undefined : this.#load.declarations.lists.seenFrom(position, item.text)
        return inner ? this.#items(inner, position) : [literal(itemText(item))]
      }),
    )
    this.#lists.set(list, items)
    return items
  }
}

/** An argument may hold colons; blanks and quotes around it are not part of it. */
function namedAction({ text, span }: PlacedText): NamedAction {
  const [, name = '', argument = ''] = /^([^:]*):?(.*)$/s.exec(text) ?? []
  return { name: withoutBoundingQuotes(name.trim()), argument: withoutBoundingQuotes(argument.trim()), place: placeOf(span) }
}

const NEVER: Condition = { kind: 'constant', value: false }

const literal = (text: string): Operand & { readonly kind: 'literal' } => ({ kind: 'literal', text })

/** Each literal once: lists overlap, and a list that holds others twice would double with each level. */
function unique(operands: readonly Operand[]): readonly Operand[] {
  const seen = new Map<string, Operand>()
  for (const operand of operands) if (operand.kind === 'literal' && !seen.has(operand.text)) seen.set(operand.text, operand)
  return [...seen.values()]
}

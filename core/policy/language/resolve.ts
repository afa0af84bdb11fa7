// SPDX-License-Identifier: Apache-2.0

import { sourcePositionOf } from '../../errors/source-text.js'
import { operatorNamed } from '../operators.js'
import type { DropFilter, NamedAction, Operand, Policy, Rule, RuleCondition } from '../policy.js'
import { withoutBoundingQuotes } from '../quotes.js'
import type { Atom, Comparison, Expression } from './ast.js'
import type { CheckContext } from './checks/check.js'
import { joinConditions, negateCondition, possibleOutcomes, unavailableAttributesIn } from './condition.js'
import {
  type ConditionalDeclaration,
  type EntryPosition,
  type FilterDeclaration,
  itemText,
  type ListDeclaration,
  type MacroDeclaration,
  type RuleDeclaration,
} from './declare/declarations.js'
import { leftMeaningOf, type OperandMeaning, rightMeaningOf } from './operand-meaning.js'
import type { LocatedText } from './readers/policy-entry.js'

/** Expands macros and lists. The checks have passed, so resolution cannot fail. */
export function resolvePolicy(context: CheckContext): Policy {
  const resolver = new Resolver(context)
  return {
    rules: context.declarations.rules.map(rule => resolver.rule(rule)),
    filters: context.declarations.filters.map(filter => resolver.filter(filter)),
  }
}

class Resolver {
  readonly #context: CheckContext
  readonly #hasRedefinitions: boolean
  /** The expanded macros and lists. If names are redefined, they are valid for one rule only. */
  readonly #macros = new Map<MacroDeclaration, RuleCondition>()
  readonly #lists = new Map<ListDeclaration, readonly Operand[]>()
  readonly #reasons = new Map<string, string>()

  constructor(context: CheckContext) {
    this.#context = context
    this.#hasRedefinitions = context.declarations.macros.hasRedefinitions || context.declarations.lists.hasRedefinitions
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
      position: sourcePositionOf(rule.span),
    }
  }

  filter(filter: FilterDeclaration): DropFilter {
    return {
      name: filter.name,
      condition: this.#condition(filter),
      enabled: filter.enabled,
      position: sourcePositionOf(filter.span),
    }
  }

  #condition(owner: ConditionalDeclaration): RuleCondition {
    if (this.#hasRedefinitions) {
      this.#macros.clear()
      this.#lists.clear()
    }
    if (!owner.condition) return NEVER_TRUE
    const condition = this.#expression(owner.condition, owner.position)
    const canMatch = possibleOutcomes(condition).true
    const unavailable = [...unavailableAttributesIn(condition)]
    const { kind, name } = owner
    if (!canMatch) {
      const reasons = unavailable.length === 0 ? 'its condition is always false' : this.#describeUnavailable(unavailable)
      this.#context.findings.warning('SFP_POLICY_INACTIVE_RULE', { kind, name, reasons }, owner.span)
      return unavailable[0] === undefined ? NEVER_TRUE : { kind: 'unavailable', attribute: unavailable[0] }
    }
    if (unavailable.length > 0)
      this.#context.findings.warning(
        'SFP_POLICY_UNAVAILABLE',
        { kind, name, reasons: this.#describeUnavailable(unavailable) },
        owner.span,
      )
    return condition
  }

  #describeUnavailable(names: readonly string[]): string {
    return names.map(name => `${name} is not available (${this.#reasons.get(name) ?? ''})`).join(', ')
  }

  #expression(tree: Expression, position: EntryPosition): RuleCondition {
    switch (tree.kind) {
      case 'and':
      case 'or':
        return joinConditions(
          tree.kind === 'and' ? 'all' : 'any',
          tree.terms.map(term => this.#expression(term, position)),
        )
      case 'not':
        return negateCondition(this.#expression(tree.term, position))
      case 'macro':
        return this.#macro(tree.name, position)
      case 'comparison':
        return this.#comparison(tree, position)
      default:
        return tree satisfies never
    }
  }

  #macro(name: string, position: EntryPosition): RuleCondition {
    const macro = this.#context.declarations.macros.visibleFrom(position, name)
    if (!macro?.condition) return NEVER_TRUE
    const known = this.#macros.get(macro)
    if (known) return known
    const condition = this.#expression(macro.condition, position)
    this.#macros.set(macro, condition)
    return condition
  }

  #comparison(comparison: Comparison, position: EntryPosition): RuleCondition {
    const operator = operatorNamed(comparison.operator)
    const left = this.#operand(leftMeaningOf(comparison.left, this.#context.attributes))
    if (!('kind' in left)) return { kind: 'unavailable', attribute: left.unavailable }
    if (operator === 'exists') {
      if (left.kind === 'literal') return { kind: 'constant', value: left.text !== '' }
      return { kind: 'criterion', criterion: { operator, left, right: [] } }
    }
    if (operator === 'in' || operator === 'pmatch') {
      const right = this.#members(comparison, position)
      return right.length === 0 ? NEVER_TRUE : { kind: 'criterion', criterion: { operator, left, right } }
    }
    const [atom] = comparison.right
    const right = this.#operand(
      atom?.kind === 'atom' ? rightMeaningOf(atom, this.#context.attributes) : { kind: 'literal', text: '' },
    )
    if (!('kind' in right)) return { kind: 'unavailable', attribute: right.unavailable }
    return { kind: 'criterion', criterion: { operator, left, right: [right] } }
  }

  #operand(meaning: OperandMeaning): Operand | { readonly unavailable: string } {
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

  #members({ right }: Comparison, position: EntryPosition): readonly Operand[] {
    const [only] = right
    if (right.length === 1 && only?.kind === 'atom') return this.#member(only, position)
    return uniqueLiterals(
      right.flatMap(member =>
        member.kind === 'atom' ? this.#member(member, position) : member.items.flatMap(item => this.#member(item, position)),
      ),
    )
  }

  #member({ text, quoted }: Atom, position: EntryPosition): readonly Operand[] {
    const list = quoted ? undefined : this.#context.declarations.lists.visibleFrom(position, text)
    return list ? this.#items(list, position) : [literal(withoutBoundingQuotes(text))]
  }

  #items(list: ListDeclaration, position: EntryPosition): readonly Operand[] {
    const known = this.#lists.get(list)
    if (known) return known
    const items = uniqueLiterals(
      list.items.flatMap(item => {
        const inner = item.quoted ? undefined : this.#context.declarations.lists.visibleFrom(position, item.text)
        return inner ? this.#items(inner, position) : [literal(itemText(item))]
      }),
    )
    this.#lists.set(list, items)
    return items
  }
}

/** An argument may contain colons. Spaces and quotes around it are not part of it. */
function namedAction({ text, span }: LocatedText): NamedAction {
  const [, name = '', argument = ''] = /^([^:]*):?(.*)$/s.exec(text) ?? []
  return {
    name: withoutBoundingQuotes(name.trim()),
    argument: withoutBoundingQuotes(argument.trim()),
    position: sourcePositionOf(span),
  }
}

const NEVER_TRUE: RuleCondition = { kind: 'constant', value: false }

const literal = (text: string): Operand & { readonly kind: 'literal' } => ({ kind: 'literal', text })

/** Removes duplicate literals: lists overlap, and lists that contain other lists twice would double with each level. */
function uniqueLiterals(operands: readonly Operand[]): readonly Operand[] {
  const seen = new Map<string, Operand>()
  for (const operand of operands) if (operand.kind === 'literal' && !seen.has(operand.text)) seen.set(operand.text, operand)
  return [...seen.values()]
}

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Source } from '../../contract/source.js'
import type { Criterion, Policy, Rule } from '../policy.js'
import { Circuit, FALSE, type Node, TRUE } from './circuit.js'
import { Dependences } from './dependences.js'
import { Facets } from './facets.js'
import { type Look, oncePerLook } from './once.js'
import type { Candidate } from './state.js'
import { Truth } from './truth.js'
import { Views } from './view.js'

/** A whole policy as a circuit whose leaves are facets and tests of single rows. */
export interface Blueprint<B extends Batch> {
  readonly rules: readonly Rule[]
  readonly circuit: Circuit<B>
  readonly facets: Facets<B>
  /** Drops a row where it holds. */
  readonly filter: Node<B>
  /** The rules that can match at all. */
  readonly candidates: readonly Candidate<B>[]
  readonly lanes: number
  /** Bit of what depends on the row alone. */
  readonly row: number
  readonly look: Look
}

export function blueprintOf<B extends Batch>(policy: Policy, source: Source<B>): Blueprint<B> {
  const circuit = new Circuit<B>()
  const dependences = new Dependences(source)
  const look: Look = { number: 0 }
  const truth = new Truth(circuit, new Views(source, look), dependences)
  const filter = circuit.any(policy.filters.filter(({ enabled }) => enabled).map(({ condition }) => truth.nodeOf(condition)))
  const nodes = policy.rules.map(rule =>
    rule.enabled ? circuit.all([prefilter(rule, truth), truth.nodeOf(rule.condition)]) : FALSE,
  )
  const facets = new Facets(circuit, dependences.row, oncePerLook([filter, ...nodes], look))
  return {
    rules: policy.rules,
    circuit,
    facets,
    filter: facets.rewrite(filter),
    candidates: nodes.map((node, place) => ({ place, node: facets.rewrite(node) })).filter(({ node }) => node !== FALSE),
    lanes: source.lanes.length,
    row: dependences.row,
    look,
  }
}

/** A prefilter is one more condition, on the record's type. */
function prefilter<B extends Batch>(rule: Rule, truth: Truth<B>): Node<B> {
  if (rule.prefilter.length === 0) return TRUE
  const criterion: Criterion = {
    operator: 'in',
    left: { kind: 'attribute', attribute: RECORD_TYPE, path: '' },
    right: rule.prefilter.map(text => ({ kind: 'literal', text })),
  }
  return truth.nodeOf({ kind: 'criterion', criterion })
}

/** Every source that knows record types gives them under this name. */
const RECORD_TYPE = 'sf.type'

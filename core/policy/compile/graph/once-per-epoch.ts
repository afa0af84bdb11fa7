// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { Epoch } from '../criteria/epoch.js'
import type { RowTest } from '../criteria/row-test.js'
import type { NonConstantNode, PredicateNode } from './predicate-graph.js'

/** Below this cost, a test is as cheap as the check whether it has been run. */
const MIN_CACHED_COST = 3

/** Wraps the tests of nodes that several gates or rules share, so that each runs at most once per epoch. */
export function oncePerEpoch<B extends Batch>(
  roots: Iterable<PredicateNode<B>>,
  epoch: Epoch,
): (node: NonConstantNode<B>, test: RowTest<B>) => RowTest<B> {
  const references = countReferences(roots)
  return (node, test) => {
    if ((references.get(node.id) ?? 0) < 2 || node.cost < MIN_CACHED_COST) return test
    let cachedEpoch = -1
    let answer = false
    return (batch, row) => {
      if (cachedEpoch !== epoch.current) {
        answer = test(batch, row)
        cachedEpoch = epoch.current
      }
      return answer
    }
  }
}

function countReferences<B extends Batch>(roots: Iterable<PredicateNode<B>>): ReadonlyMap<number, number> {
  const references = new Map<number, number>()
  const visit = (node: PredicateNode<B>): void => {
    const count = references.get(node.id) ?? 0
    references.set(node.id, count + 1)
    if (count === 0 && node.kind !== 'constant' && node.kind !== 'leaf') for (const term of node.terms) visit(term)
  }
  for (const root of roots) visit(root)
  return references
}

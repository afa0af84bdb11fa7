// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { Node, Part, Test } from '../circuit/circuit.js'

/** A look at one row. Tests that many rules share are run at most once in it. */
export interface Look {
  number: number
}

/** Below this cost a test is as cheap as finding out whether it has been run. */
const WORTH_KEEPING = 3

/** Wraps the tests of nodes that more than one gate or rule refers to, so that each is run at most once in a look. */
export function oncePerLook<B extends Batch>(roots: Iterable<Node<B>>, look: Look): (node: Part<B>, test: Test<B>) => Test<B> {
  const references = countReferences(roots)
  return (node, test) => {
    if ((references.get(node.id) ?? 0) < 2 || node.cost < WORTH_KEEPING) return test
    let lookedAt = -1
    let answer = false
    return (batch, row) => {
      if (lookedAt !== look.number) {
        answer = test(batch, row)
        lookedAt = look.number
      }
      return answer
    }
  }
}

function countReferences<B extends Batch>(roots: Iterable<Node<B>>): ReadonlyMap<number, number> {
  const references = new Map<number, number>()
  const visit = (node: Node<B>): void => {
    const count = references.get(node.id) ?? 0
    references.set(node.id, count + 1)
    if (count === 0 && node.kind !== 'constant' && node.kind !== 'leaf') for (const term of node.terms) visit(term)
  }
  for (const root of roots) visit(root)
  return references
}

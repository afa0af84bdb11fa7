// SPDX-License-Identifier: Apache-2.0
import { Actor, type Container, NO_CONTAINER, NO_POD, type Pod, type Process } from './entities.js'
import type { GenerationalMap } from './generational-map.js'
import type { ProcessSlot } from './process-table.js'

/**
 * Maximum number of processes in a chain of ancestors. A longer chain is split, so some processes show fewer ancestors than
 * they have. Linux systems stay below a hundred; the limit bounds the cost of hostile traces.
 */
export const MAX_ANCESTRY = 1024
/**
 * Maximum chain length in a cycle of parents. A kernel cannot produce such a cycle. Each process of the cycle gets its own
 * chain, cut here.
 */
export const MAX_PARENT_CYCLE = 32

/**
 * Creates the actors of processes: each process with its ancestors, container and pod. An actor is replaced only if its chain
 * contains another object.
 */
export class ActorChains {
  readonly #containers: GenerationalMap<Container>
  readonly #pods: GenerationalMap<Pod>
  readonly #misses: { containers: number; pods: number }
  #lastWalk = 0

  constructor(containers: GenerationalMap<Container>, pods: GenerationalMap<Pod>, misses: { containers: number; pods: number }) {
    this.#containers = containers
    this.#pods = pods
    this.#misses = misses
  }

  /** Checks the actors of `slot` and its ancestors, farthest first, and returns the actor of `slot`. */
  refresh(slot: ProcessSlot, generation: number): Actor {
    const walk = ++this.#lastWalk
    const path: ProcessSlot[] = []
    let next: ProcessSlot | null = slot
    while (next !== null && next.process !== null && next.checkedGeneration !== generation && next.lastWalk !== walk) {
      if (path.length === MAX_ANCESTRY) {
        next = null
        break
      }
      next.lastWalk = walk
      next.walkStep = path.length
      path.push(next)
      next = next.parent
    }
    let parent: Actor | null = null
    let depth = 0
    let last = path.length - 1
    if (next?.process) {
      if (next.checkedGeneration !== generation) {
        const cycle = path.slice(next.walkStep)
        for (let position = 0; position < cycle.length; position++) this.#resolveInCycle(cycle, position, generation)
        last = next.walkStep - 1
      }
      parent = next.actor
      depth = next.depth
    }
    for (let step = last; step >= 0; step--) {
      const descendant = path[step] as ProcessSlot
      if (depth === MAX_ANCESTRY) {
        parent = null
        depth = 0
      }
      parent = this.#resolve(descendant, descendant.actor, parent)
      descendant.actor = parent
      descendant.depth = ++depth
      descendant.checkedGeneration = generation
    }
    return slot.actor
  }

  /** A chain that begins at a member of a cycle goes round once. It shares nothing with the chains of the other members. */
  #resolveInCycle(cycle: readonly ProcessSlot[], position: number, generation: number): void {
    const slot = cycle[position] as ProcessSlot
    const length = Math.min(cycle.length, MAX_PARENT_CYCLE)
    const before: (Actor | null)[] = []
    for (let step = 0, actor: Actor | null = slot.actor; step < length; step++) {
      before.push(actor)
      actor = actor?.parent ?? null
    }
    let parent: Actor | null = null
    for (let step = length - 1; step >= 0; step--)
      parent = this.#resolve(cycle[(position + step) % cycle.length] as ProcessSlot, before[step] ?? null, parent)
    slot.actor = parent ?? slot.actor
    slot.depth = length
    slot.checkedGeneration = generation
  }

  /** The actor of `slot` with parent `parent`. Returns `before` if it consists of the same objects. */
  #resolve(slot: ProcessSlot, before: Actor | null, parent: Actor | null): Actor {
    const process = slot.process as Process
    const { containerId } = process
    const container = containerOf(containerId, this.#containers)
    const pod = podOf(container, this.#pods)
    if (
      before !== null &&
      before.process === process &&
      before.parent === parent &&
      before.container === container &&
      before.pod === pod
    )
      return before
    if (containerId !== null && container === NO_CONTAINER) this.#misses.containers++
    if (container.podId !== null && pod === NO_POD) this.#misses.pods++
    return new Actor(process, parent, container, pod)
  }
}

/** The empty container if `id` is null or unknown. */
export const containerOf = (id: string | null, containers: GenerationalMap<Container>): Container =>
  id === null ? NO_CONTAINER : (containers.get(id) ?? NO_CONTAINER)

export const podOf = ({ podId }: Container, pods: GenerationalMap<Pod>): Pod =>
  podId === null ? NO_POD : (pods.get(podId) ?? NO_POD)

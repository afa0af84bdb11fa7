// SPDX-License-Identifier: Apache-2.0

/**
 * Whether a shell pattern fits the whole text: `*` any run of characters, `?` one, `[abc]`, `[a-z]` one of them, `[!...]`
 * and `[^...]` none of them. A `]` that comes first is one of them; a `[` that is never closed is itself.
 *
 * All places in the pattern that the text read so far can have reached are followed at once.
 */
export function globFits(pattern: string, text: string): boolean {
  const signs = signsOf(pattern)
  let reached = behindStars(signs, new Set([0]))
  for (const character of text) {
    const further = new Set<number>()
    for (const place of reached) {
      const sign = signs[place]
      if (sign === '*') further.add(place)
      else if (sign?.(character)) further.add(place + 1)
    }
    reached = behindStars(signs, further)
  }
  return reached.has(signs.length)
}

type Sign = '*' | ((character: string) => boolean)

function behindStars(signs: readonly Sign[], places: Set<number>): Set<number> {
  for (const place of places) if (signs[place] === '*') places.add(place + 1)
  return places
}

function signsOf(pattern: string): readonly Sign[] {
  const signs: Sign[] = []
  for (const [part, negated, members] of pattern.matchAll(/\[([!^]?)(\]?[^\]]*)\]|[\s\S]/gu)) {
    if (part === '*') signs.push('*')
    else if (part === '?') signs.push(() => true)
    else if (members !== undefined && members !== '') signs.push(character => isMember(members, character) === (negated === ''))
    else for (const own of part) signs.push(character => character === own)
  }
  return signs
}

function isMember(members: string, character: string): boolean {
  for (const [, from, to] of members.matchAll(/([\s\S])-([\s\S])|[\s\S]/gu)) {
    if (from === undefined || to === undefined) continue
    if (compare(from, character) <= 0 && compare(character, to) <= 0) return true
  }
  return [...members.replace(/[\s\S]-[\s\S]/gu, '')].includes(character)
}

const compare = (a: string, b: string): number => (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0)

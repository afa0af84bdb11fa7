// SPDX-License-Identifier: Apache-2.0

/**
 * Whether a shell pattern matches the whole text: `*` matches any run of characters, `?` one character, `[abc]` and `[a-z]` one
 * of them, `[!...]` and `[^...]` none of them. A `]` in the first position is a member of the class; a `[` that is never closed
 * is a literal.
 * The matcher follows all positions in the pattern that the text so far can reach at once.
 */
export function globMatches(pattern: string, text: string): boolean {
  const tokens = parseGlob(pattern)
  let reached = skipStars(tokens, new Set([0]))
  for (const character of text) {
    const next = new Set<number>()
    for (const position of reached) {
      const token = tokens[position]
      if (token === '*') next.add(position)
      else if (token?.(character)) next.add(position + 1)
    }
    reached = skipStars(tokens, next)
  }
  return reached.has(tokens.length)
}

type GlobToken = '*' | ((character: string) => boolean)

function skipStars(tokens: readonly GlobToken[], positions: Set<number>): Set<number> {
  for (const position of positions) if (tokens[position] === '*') positions.add(position + 1)
  return positions
}

function parseGlob(pattern: string): readonly GlobToken[] {
  const tokens: GlobToken[] = []
  for (const [part, negated, members] of pattern.matchAll(/\[([!^]?)(\]?[^\]]*)\]|[\s\S]/gu)) {
    if (part === '*') tokens.push('*')
    else if (part === '?') tokens.push(() => true)
    else if (members !== undefined && members !== '') tokens.push(character => isMember(members, character) === (negated === ''))
    else for (const literal of part) tokens.push(character => character === literal)
  }
  return tokens
}

function isMember(members: string, character: string): boolean {
  for (const [, from, to] of members.matchAll(/([\s\S])-([\s\S])|[\s\S]/gu)) {
    if (from === undefined || to === undefined) continue
    if (compare(from, character) <= 0 && compare(character, to) <= 0) return true
  }
  return [...members.replace(/[\s\S]-[\s\S]/gu, '')].includes(character)
}

const compare = (a: string, b: string): number => (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0)

// SPDX-License-Identifier: Apache-2.0

/**
 * Selects the value at a path (`items.0.name`) in JSON text: the content of a string, everything else as written. Empty for null,
 * for a path that selects nothing and for invalid JSON. A step is an index into an array or a key, where `*` is any run of
 * characters and the first matching key counts.
 */
export function selectInJson(text: string, path: string): string {
  if (!isJson(text)) return ''
  let slice = text.trim()
  for (const step of path.split('.')) {
    const members = membersOf(slice)
    const found = slice.startsWith('[')
      ? members.find((_, index) => String(index) === step)
      : members.find(({ key }) => key !== undefined && keyMatches(step, JSON.parse(key)))
    if (found === undefined) return ''
    slice = found.value
  }
  if (slice === 'null') return ''
  return slice.startsWith('"') ? String(JSON.parse(slice)) : slice
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

interface JsonMember {
  /** As written, with its quotes; undefined in an array. */
  readonly key: string | undefined
  readonly value: string
}

/** The members of a valid object or array, as written; empty for any other value. */
function membersOf(json: string): readonly JsonMember[] {
  if (!json.startsWith('{') && !json.startsWith('[')) return []
  const members: JsonMember[] = []
  let depth = 0
  let key: string | undefined
  let start = 1
  const finish = (end: number): void => {
    const value = json.slice(start, end).trim()
    if (value !== '') members.push({ key, value })
    key = undefined
    start = end + 1
  }
  for (const { 0: token, index } of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g)) {
    if (token === '{' || token === '[') depth++
    else if (token === '}' || token === ']') depth--
    if (depth === 0) finish(index)
    else if (depth === 1 && token === ',') finish(index)
    else if (depth === 1 && token === ':') {
      key = json.slice(start, index).trim()
      start = index + 1
    }
  }
  return members
}

function keyMatches(step: string, key: string): boolean {
  const [first = '', ...others] = step.split('*')
  const last = others.pop()
  if (last === undefined) return key === step
  if (!key.startsWith(first)) return false
  let position = first.length
  for (const piece of others) {
    const found = key.indexOf(piece, position)
    if (found < 0) return false
    position = found + piece.length
  }
  return key.length - last.length >= position && key.endsWith(last)
}

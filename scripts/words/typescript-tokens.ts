// SPDX-License-Identifier: Apache-2.0

/** One identifier, or one text: a string, a part of a template, a comment, a regular expression. */
export interface Token {
  readonly kind: 'identifier' | 'text' | 'comment'
  readonly text: string
  /** Counted from 1. */
  readonly line: number
}

const SKIPPED = /\s+|[0-9][\w.]*/y
const COMMENT = /\/\/.*|\/\*[\s\S]*?\*\//y
const STRING = /'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y
const TEMPLATE_TEXT = /(?:\\[\s\S]|\$(?!\{)|[^\\`$])*/y
const IDENTIFIER = /[A-Za-z_$#][\w$]*/y
/** After these a slash begins a regular expression; after anything else it is a division. */
const BEFORE_REGEX = /(?:[=(,:;!&|?{}[+\-*%<>~^]|\b(?:return|case|typeof|of|in))$/

/** Tokens of a TypeScript file. It parses only as much as is needed to distinguish code from texts. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = []
  /** For each open `${`: the number of open braces in it. */
  const templates: number[] = []
  let at = 0
  let line = 1
  let before = ''
  const read = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const text = pattern.exec(source)?.[0]
    if (text !== undefined) at += text.length
    return text
  }
  const add = (kind: Token['kind'], text: string): void => {
    tokens.push({ kind, text, line })
    line += text.split('\n').length - 1
  }
  /** The text of a template up to its end or to the next `${`. */
  const readTemplate = (): void => {
    add('text', read(TEMPLATE_TEXT) ?? '')
    if (source[at] === '`') at++
    else {
      at += 2
      templates.push(0)
    }
    before = '`'
  }
  while (at < source.length) {
    const skipped = read(SKIPPED)
    if (skipped !== undefined) {
      line += skipped.split('\n').length - 1
      if (skipped.trim() !== '') before = skipped
      continue
    }
    const comment = read(COMMENT)
    if (comment !== undefined) {
      add('comment', comment)
      continue
    }
    const text = read(STRING) ?? (BEFORE_REGEX.test(before) || before === '' ? read(REGEX) : undefined)
    const identifier = text === undefined ? read(IDENTIFIER) : undefined
    if (text !== undefined) add('text', text)
    if (identifier !== undefined) add('identifier', identifier)
    if (text !== undefined || identifier !== undefined) {
      before = text === undefined ? (identifier ?? '') : "'"
      continue
    }
    const sign = source[at++] ?? ''
    before = sign
    const open = templates.at(-1)
    if (sign === '`') readTemplate()
    else if (open !== undefined && sign === '{') templates[templates.length - 1] = open + 1
    else if (open !== undefined && sign === '}') {
      if (open > 0) templates[templates.length - 1] = open - 1
      else {
        templates.pop()
        readTemplate()
      }
    }
  }
  return tokens
}

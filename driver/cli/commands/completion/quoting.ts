// SPDX-License-Identifier: Apache-2.0

/** A word as a shell reads it: without quotes and backslashes. The last quote may still be open. */
export function unquoted(word: string): string {
  let text = ''
  let quote = ''
  for (let index = 0; index < word.length; index++) {
    const character = word.charAt(index)
    if (quote === '' && (character === '"' || character === "'")) quote = character
    else if (character === quote) quote = ''
    else if (character === '\\' && quote !== "'") {
      index++
      text += word.charAt(index)
    } else text += character
  }
  return text
}

/** A word as bash needs it in place of `raw`: if `raw` begins with a quote, the quote stays open and bash closes it. */
export function quoted(word: string, raw: string): string {
  const quote = raw.charAt(0)
  if (quote === '"') return word.replace(/[\\"$`]/g, '\\$&')
  if (quote === "'") return word
  return word.replace(/[^\w./:=,@%+-]/g, '\\$&')
}

// SPDX-License-Identifier: Apache-2.0

/** How often each enclosing `repeat` has gone round, from 0, by name. */
export type Counters = ReadonlyMap<string, number>

/**
 * Puts counters into a text: `${i}`, `${i+1}`, `${i*7%256}`, reckoned from left to right on whole numbers.
 * What names no counter stays as it is, since command lines are full of `${HOME}` and the like.
 */
export function expandCounters(text: string, counters: Counters): string {
  if (counters.size === 0 || !text.includes('${')) return text
  return text.replace(/\$\{(\w+)((?:[-+*/%]\d+)*)\}/g, (whole, name: string, steps: string) => {
    const counter = counters.get(name)
    return counter === undefined ? whole : String(calculate(counter, steps))
  })
}

function calculate(start: number, steps: string): number {
  let value = start
  for (const [, operator, digits] of steps.matchAll(/([-+*/%])(\d+)/g)) {
    const operand = Number(digits)
    if (operator === '+') value += operand
    else if (operator === '-') value -= operand
    else if (operator === '*') value *= operand
    else if (operand === 0) return 0
    else if (operator === '/') value = Math.floor(value / operand)
    else value %= operand
  }
  return value
}

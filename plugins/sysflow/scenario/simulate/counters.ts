// SPDX-License-Identifier: Apache-2.0

/** Number of completed rounds of each enclosing `repeat`, from 0, by counter name. */
export type Counters = ReadonlyMap<string, number>

/**
 * Replaces counters in a text: `${i}`, `${i+1}`, `${i*7%256}`, evaluated from left to right on integers. Other names remain
 * unchanged, because command lines often contain `${HOME}` and similar.
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

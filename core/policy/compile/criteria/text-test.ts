// SPDX-License-Identifier: Apache-2.0

export type TextTest = (text: string) => boolean

/** Holds where any of `tests` does. */
export function anyTextTest(tests: readonly TextTest[]): TextTest {
  const [first, second] = tests
  if (first === undefined) return () => false
  if (second === undefined) return first
  if (tests.length === 2) return text => first(text) || second(text)
  return text => {
    for (const test of tests) if (test(text)) return true
    return false
  }
}

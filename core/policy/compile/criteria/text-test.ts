// SPDX-License-Identifier: Apache-2.0

export type TextTest = (text: string) => boolean

/** A test that holds if any of `tests` holds. */
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

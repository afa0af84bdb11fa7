// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module'
import type * as Package from 're2js'

/**
 * Compiles a regular expression in RE2 syntax; throws if it is invalid. The package is loaded on first use, because few rule sets
 * have regular expressions.
 *
 * Every pattern is compiled when the language is checked and soon after when the rules are compiled; both get the same object, if
 * the garbage collector has not removed it in between.
 */
export function compileRegex(pattern: string): Package.RE2JS {
  const known = recent.get(pattern)?.deref()
  if (known) return known
  re2js ??= createRequire(import.meta.url)('re2js') as typeof Package
  const compiled = re2js.RE2JS.compile(pattern)
  if (recent.size >= MAX_RECENT) recent.clear()
  recent.set(pattern, new WeakRef(compiled))
  return compiled
}

let re2js: typeof Package | undefined
const recent = new Map<string, WeakRef<Package.RE2JS>>()
const MAX_RECENT = 1024

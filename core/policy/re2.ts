// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module'
import type * as Package from 're2js'

/**
 * Compiles a regular expression in RE2 syntax; throws if it is invalid. The package is loaded on first use, because few rule sets
 * have regular expressions.
 */
export function compileRegex(pattern: string): Package.RE2JS {
  re2js ??= createRequire(import.meta.url)('re2js') as typeof Package
  return re2js.RE2JS.compile(pattern)
}

let re2js: typeof Package | undefined

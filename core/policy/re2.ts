// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module'
import type * as Package from 're2js'

const require = createRequire(import.meta.url)

/** A regular expression in RE2 syntax; throws if it is none. The package is loaded for the first: few rule sets have any. */
export function compileRegex(pattern: string): Package.RE2JS {
  const { RE2JS }: typeof Package = require('re2js')
  return RE2JS.compile(pattern)
}

// SPDX-License-Identifier: Apache-2.0
import type { RE2JS } from 're2js'
import { Fault } from '../../../errors/fault.js'
import { compileRegex } from '../../re2.js'
import type { TextTest } from './text-test.js'

/**
 * Compiles a regular expression in RE2 syntax to a test of whole texts, in linear time. The language checks have validated it.
 */
export function regexTest(pattern: string): TextTest {
  const compiled = compile(pattern)
  if (!compiled) throw new Fault('SFP_ENGINE_BAD_REGEX', { pattern })
  return text => compiled.testExact(text)
}

/**
 * For patterns from records. Few are in use at a time, so the most recent ones are cached. An invalid pattern matches nothing.
 */
export function dynamicRegexTest(): (text: string, pattern: string) => boolean {
  const compiled = new Map<string, RE2JS | undefined>()
  return (text, pattern) => {
    if (!compiled.has(pattern)) {
      if (compiled.size >= MAX_CACHED_PATTERNS) compiled.clear()
      compiled.set(pattern, compile(pattern))
    }
    return compiled.get(pattern)?.testExact(text) ?? false
  }
}

const MAX_CACHED_PATTERNS = 64

function compile(pattern: string): RE2JS | undefined {
  try {
    return compileRegex(pattern)
  } catch {
    return undefined
  }
}

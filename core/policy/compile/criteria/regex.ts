// SPDX-License-Identifier: Apache-2.0
import type { RE2JS } from 're2js'
import { Fault } from '../../../errors/fault.js'
import { compileRegex } from '../../re2.js'
import type { TextTest } from './text-test.js'

/** A regular expression in RE2 syntax as a test of whole texts, in linear time. The language has checked it before. */
export function regexTest(pattern: string): TextTest {
  const compiled = compile(pattern)
  if (!compiled) throw new Fault('SFP_ENGINE_BAD_REGEX', { pattern })
  return text => compiled.testExact(text)
}

/** For patterns that come out of records: few are in use at a time, so the last ones are kept; a broken one fits nothing. */
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

// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { check, type LoadedPolicy } from '../check.js'
import type { Declarations } from '../declare/declarations.js'
import { Findings } from '../findings.js'
import type { KnownNames } from '../meaning.js'
import { readSources } from '../read-sources.js'
import type { Source } from '../source.js'
import { buildMark } from './build-mark.js'
import { declarationsText, readDeclarations } from './declarations-text.js'
import { PolicyCache } from './policy-cache.js'

export { PolicyCache }

/**
 * As `loadPolicies`, and with the same outcome. What the files declare is taken from `cache` if the same texts were read
 * before by the same program, and every law still holds it against today's vocabulary. The parsers are loaded only if there
 * is something to parse.
 */
export async function loadKept(
  paths: readonly string[],
  vocabulary: KnownNames,
  recordTypes: readonly string[],
  cache: PolicyCache | undefined,
): Promise<LoadedPolicy> {
  const findings = new Findings()
  const sources = readSources(paths, findings)
  const declarations = await declarationsOf(sources, findings, cache)
  return check(declarations, vocabulary, recordTypes, findings)
}

async function declarationsOf(
  sources: readonly Source[],
  findings: Findings,
  cache: PolicyCache | undefined,
): Promise<Declarations> {
  const key = cache ? keyOf(sources, cache.version) : ''
  const kept = cache?.find(key)
  if (kept !== undefined) return readDeclarations(kept, sources, findings)
  const { declareSources } = await import('../declare-sources.js')
  const declarations = declareSources(sources, findings)
  if (!findings.hasErrors) cache?.keep(key, declarationsText(declarations, findings))
  return declarations
}

/** The texts decide, in their order, and the program that reads them. Names of files are no part of what is kept. */
function keyOf(sources: readonly Source[], version: string): string {
  const hash = createHash('sha256').update(`${version}\n${buildMark()}\n`)
  for (const { text } of sources) hash.update(`${text.length}:`).update(text)
  return hash.digest('hex')
}

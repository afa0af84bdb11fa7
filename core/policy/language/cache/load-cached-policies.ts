// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import type { SourceText } from '../../../errors/source-text.js'
import { checkDeclarations, type LoadedPolicy } from '../check-declarations.js'
import type { Declarations } from '../declare/declarations.js'
import type { AttributeLookup } from '../operand-meaning.js'
import { PolicyFindings } from '../policy-findings.js'
import { readSources } from '../read-sources.js'
import { buildFingerprint } from './build-fingerprint.js'
import { PolicyCache } from './policy-cache.js'
import { parseDeclarations, serializeDeclarations } from './serialized-declarations.js'

export { PolicyCache }

/**
 * Same result as `loadPolicies`. The declarations are taken from `cache` if the same program has read the same texts before; all
 * checks still run against the current attribute set. The parsers are loaded only if there is something to parse.
 */
export async function loadCachedPolicies(
  paths: readonly string[],
  attributes: AttributeLookup,
  recordTypes: readonly string[],
  cache: PolicyCache | undefined,
): Promise<LoadedPolicy> {
  const findings = new PolicyFindings()
  const sources = readSources(paths, findings)
  const declarations = await declarationsOf(sources, findings, cache)
  return checkDeclarations(declarations, attributes, recordTypes, findings)
}

async function declarationsOf(
  sources: readonly SourceText[],
  findings: PolicyFindings,
  cache: PolicyCache | undefined,
): Promise<Declarations> {
  const key = cache ? cacheKeyOf(sources, cache.version) : ''
  const cached = cache?.find(key)
  if (cached !== undefined) return parseDeclarations(cached, sources, findings)
  const { declareSources } = await import('../load.js')
  const declarations = declareSources(sources, findings)
  if (!findings.hasErrors) cache?.store(key, serializeDeclarations(declarations, findings))
  return declarations
}

/** The key covers the texts in their order and the program that reads them, but not the names of the files. */
function cacheKeyOf(sources: readonly SourceText[], version: string): string {
  const hash = createHash('sha256').update(`${version}\n${buildFingerprint()}\n`)
  for (const { text } of sources) hash.update(`${text.length}:`).update(text)
  return hash.digest('hex')
}

// SPDX-License-Identifier: Apache-2.0

import type { SourceText } from '../../errors/source-text.js'
import type { Declarations } from './declare/declarations.js'
import { createDeclarations } from './declare/declare.js'
import type { PolicyFindings } from './policy-findings.js'
import { readEntries } from './readers/read-entries.js'

/** Reads the texts of a load into declarations. Whoever imports this loads both parsers. */
export function declareSources(sources: readonly SourceText[], findings: PolicyFindings): Declarations {
  const files = sources.map(source => ({ source, entries: readEntries(source, findings) }))
  return createDeclarations(files, findings)
}

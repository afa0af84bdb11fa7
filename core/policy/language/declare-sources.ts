// SPDX-License-Identifier: Apache-2.0
import type { Declarations } from './declare/declarations.js'
import { declare } from './declare/declare.js'
import { readEntries } from './doors/read.js'
import type { Findings } from './findings.js'
import type { Source } from './source.js'

/** Reads the texts of a load into declarations. Whoever imports this loads both parsers. */
export function declareSources(sources: readonly Source[], findings: Findings): Declarations {
  const files = sources.map(source => ({ source, entries: readEntries(source, findings) }))
  return declare(files, findings)
}

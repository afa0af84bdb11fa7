// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'

/** Files that still have retired words. The list can only become shorter: a file without such words must be removed from it. */
export const UNCLEANED_FILES: ReadonlySet<string> = new Set<string>(
  JSON.parse(readFileSync('scripts/words/uncleaned-files.json', 'utf8')),
)

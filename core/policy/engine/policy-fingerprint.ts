// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { PolicyFindings } from '../language/policy-findings.js'
import { findFiles } from '../language/read-sources.js'

/**
 * SHA-256, in hexadecimal digits, of the names and contents of the files that a load of `path` would read. A file that vanishes
 * or cannot be read counts as missing.
 */
export function policyFingerprint(path: string): string {
  const hash = createHash('sha256')
  for (const file of filesAt(path)) {
    const content = contentOf(file)
    if (content === undefined) continue
    hash.update(`${file.length}:${file}${content.length}:`)
    hash.update(content)
  }
  return hash.digest('hex')
}

function filesAt(path: string): readonly string[] {
  try {
    return findFiles([path], new PolicyFindings())
  } catch {
    return []
  }
}

function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

// SPDX-License-Identifier: Apache-2.0
import { readdirSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import type { PolicyFindings } from './policy-findings.js'

/** The policy files of a load: each path is a file, or a directory searched in depth, in the order of its names. */
export function findFiles(paths: readonly string[], findings: PolicyFindings): readonly string[] {
  return paths.flatMap(path => {
    const stats = statOf(path)
    if (!stats) {
      findings.error('SFP_POLICY_NOT_FOUND', { path }, undefined)
      return []
    }
    if (!stats.isDirectory()) return [path]
    const files = filesIn(path)
    if (files.length === 0) findings.error('SFP_POLICY_NO_FILES', { path }, undefined)
    return files
  })
}

/**
 * Hidden directories are passed over: where Kubernetes mounts a ConfigMap, one of them holds the files a second time. Links
 * to directories are not followed, so no search runs in a circle.
 */
function filesIn(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap(entry => {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) return entry.name.startsWith('.') ? [] : filesIn(path)
    if (!/\.ya?ml$/.test(entry.name)) return []
    return entry.isFile() || (entry.isSymbolicLink() && statOf(path)?.isFile()) ? [path] : []
  })
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

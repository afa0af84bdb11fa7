// SPDX-License-Identifier: Apache-2.0

import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../errors/reason.js'
import { SourceText } from '../../errors/source-text.js'
import type { PolicyFindings } from './policy-findings.js'

/** The texts of the policy files at `paths`, in order. Unreadable files are reported. */
export function readSources(paths: readonly string[], findings: PolicyFindings): readonly SourceText[] {
  const sources: SourceText[] = []
  let sum = 0
  for (const file of findFiles(paths, findings)) {
    try {
      const { size } = statSync(file)
      sum += size
      if (size > MAX_FILE_BYTES) findings.error('SFP_POLICY_TOO_LARGE', { size, limit: MAX_FILE_BYTES }, fileStart(file))
      else if (sum > MAX_TOTAL_BYTES)
        findings.error('SFP_POLICY_TOO_MUCH', { size: sum, limit: MAX_TOTAL_BYTES }, fileStart(file))
      else sources.push(new SourceText(file, new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file))))
    } catch (error) {
      if (error instanceof TypeError) findings.error('SFP_POLICY_NOT_TEXT', {}, fileStart(file))
      else findings.error('SFP_POLICY_UNREADABLE', { reason: messageOf(error) }, fileStart(file))
    }
  }
  return sources
}

/** Far above any known rule set (130 kB). Trees take a hundred times the memory of their text. */
const MAX_FILE_BYTES = 4 * 1024 * 1024
const MAX_TOTAL_BYTES = 16 * 1024 * 1024

const fileStart = (file: string) => ({ source: new SourceText(file, ''), start: 0, end: 0 })

/** The policy files of a load. Each path is a file, or a directory that is searched recursively in the order of names. */
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
 * Skips hidden directories: in a mounted Kubernetes ConfigMap, one of them holds the files a second time. Links to directories
 * are not followed, so the search has no cycles.
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

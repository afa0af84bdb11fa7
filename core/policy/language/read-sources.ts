// SPDX-License-Identifier: Apache-2.0

import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../errors/reason.js'
import { SourceText } from '../../errors/source-text.js'
import type { PolicyFindings } from './policy-findings.js'

/** The texts of the policy files at `paths`, in their order; what cannot be read is told. */
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

/** Far beyond any rule set that we know (130 kB); trees take a hundred times the room of their text. */
const MAX_FILE_BYTES = 4 * 1024 * 1024
const MAX_TOTAL_BYTES = 16 * 1024 * 1024

const fileStart = (file: string) => ({ source: new SourceText(file, ''), start: 0, end: 0 })

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

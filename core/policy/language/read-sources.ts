// SPDX-License-Identifier: Apache-2.0
import { readFileSync, statSync } from 'node:fs'
import { messageOf } from '../../errors/reason.js'
import { SourceText } from '../../errors/source-text.js'
import { findFiles } from './find-files.js'
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

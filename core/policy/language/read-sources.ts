// SPDX-License-Identifier: Apache-2.0
import { readFileSync, statSync } from 'node:fs'
import { messageOf } from '../../errors/reason.js'
import { findFiles } from './find-files.js'
import type { Findings } from './findings.js'
import { Source } from './source.js'

/** The texts of the policy files at `paths`, in their order; what cannot be read is told. */
export function readSources(paths: readonly string[], findings: Findings): readonly Source[] {
  const sources: Source[] = []
  let sum = 0
  for (const file of findFiles(paths, findings)) {
    try {
      const { size } = statSync(file)
      sum += size
      if (size > MOST_BYTES) findings.error('SFP_POLICY_TOO_LARGE', { size, limit: MOST_BYTES }, at(file))
      else if (sum > MOST_BYTES_IN_ALL) findings.error('SFP_POLICY_TOO_MUCH', { size: sum, limit: MOST_BYTES_IN_ALL }, at(file))
      else sources.push(new Source(file, new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file))))
    } catch (error) {
      if (error instanceof TypeError) findings.error('SFP_POLICY_NOT_TEXT', {}, at(file))
      else findings.error('SFP_POLICY_UNREADABLE', { reason: messageOf(error) }, at(file))
    }
  }
  return sources
}

/** Far beyond any rule set that we know (130 kB); trees take a hundred times the room of their text. */
const MOST_BYTES = 4 * 1024 * 1024
const MOST_BYTES_IN_ALL = 16 * 1024 * 1024

const at = (file: string) => ({ source: new Source(file, ''), start: 0, end: 0 })

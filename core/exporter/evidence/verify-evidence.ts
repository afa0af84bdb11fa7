// SPDX-License-Identifier: Apache-2.0
import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Fault } from '../../errors/fault.js'
import { CHAIN_SUFFIX, chainPathOf, exists, findRotatedChains } from './chain-files.js'
import { NO_HASH } from './chain-line.js'
import { type CheckedChain, checkChain } from './check-chain.js'
import { checkContent } from './check-content.js'
import { type EvidenceFinding, EvidenceFindings } from './evidence-findings.js'
import type { SignatureVerifier } from './signing-keys.js'

export interface EvidenceVerification {
  /** Oldest first. */
  readonly files: readonly { readonly path: string; readonly records: number; readonly bytes: number }[]
  readonly signatures: number
  readonly findings: readonly EvidenceFinding[]
}

/**
 * Verifies an export file and all of its rotated files against the chain. A rotated file that is named directly is verified
 * alone. Throws a fault if there is no chain at all.
 */
export async function verifyEvidence(
  path: string,
  verifier: SignatureVerifier | undefined,
  retryDelay = RETRY_DELAY_MILLISECONDS,
): Promise<EvidenceVerification> {
  const verification = await verifyOnce(path, verifier)
  if (!verification.findings.some(({ level }) => level === 'broken')) return verification
  // An active writer may have been between records and their line in the chain, or in a rotation; so an error is checked again.
  await setTimeout(retryDelay)
  return verifyOnce(path, verifier)
}

const RETRY_DELAY_MILLISECONDS = 300

async function verifyOnce(path: string, verifier: SignatureVerifier | undefined): Promise<EvidenceVerification> {
  const findings = new EvidenceFindings()
  const exportPath = path.replace(/\.gz$/, '')
  const size = (await stat(exportPath).catch(() => undefined))?.size
  const paths = [...(await findRotatedChains(exportPath)), chainPathOf(exportPath)]
  const present = await Promise.all(paths.map(exists))
  const chains: CheckedChain[] = []
  for (const chain of paths.filter((_, index) => present[index])) {
    const checked = await checkChain(chain, verifier, findings)
    if (checked) chains.push(checked)
    else if (size !== 0 && !findings.hasErrors) findings.addError(chain, 'it has no complete line')
  }
  if (!present.includes(true)) throw new Fault('SFP_EVIDENCE_ABSENT', { path })
  chains.sort((a, b) => a.first.file - b.first.file)
  const isRotatedFileOnly = chains.length === 1 && chains[0]?.path === chainPathOf(exportPath) && isRotated(chains[0])
  if (isRotatedFileOnly) findings.addNote(exportPath, 'only this file is verified, not the files before and after it')
  else {
    checkLinks(chains, findings)
    checkEnd(exportPath, size, chains, findings)
  }
  const files = []
  for (const chain of chains) {
    const file = await exportFileOf(chain)
    if (file === undefined)
      findings.addError(chain.path.slice(0, -CHAIN_SUFFIX.length), 'the file is missing', { byte: 0, record: 1 })
    else
      files.push({
        path: file,
        ...(await checkContent(
          file,
          chain.spans,
          { size: file === exportPath ? size : undefined, isOpen: isUnclosed(chain) },
          findings,
        )),
      })
  }
  return { files, signatures: chains.reduce((sum, { signatures }) => sum + signatures, 0), findings: findings.all }
}

/** Whether the file was rotated and this is the chain of the rotated file. */
const isRotated = (chain: CheckedChain | undefined): boolean =>
  chain?.last.kind === 'aside' && chainPathOf(chain.last.name) === basename(chain.path)

/** Whether the writer may still be active, or was killed. */
const isUnclosed = ({ last }: CheckedChain): boolean => last.kind !== 'closed' && last.kind !== 'aside'

/** Each chain must continue the one before it, and the first must be the start of the whole chain. */
function checkLinks(chains: readonly CheckedChain[], findings: EvidenceFindings): void {
  const deletedUpTo = Math.max(0, ...chains.map(chain => chain.deletedUpTo))
  for (const [index, { path: file, first }] of chains.entries()) {
    const before = chains[index - 1]
    const start = { byte: 0, record: 1 }
    if (before) {
      if (first.file !== before.first.file + 1)
        findings.addError(file, `files ${before.first.file + 1} to ${first.file - 1} of the chain are missing before it`, start)
      else if (first.previous !== before.last.hash || first.sequence !== before.last.sequence + 1)
        findings.addError(file, 'it does not continue the chain of the previous file', start)
    } else if (first.file === 1) {
      if (first.previous !== NO_HASH || first.sequence !== 1) findings.addError(file, 'records before it are missing', start)
    } else if (first.file - 1 > deletedUpTo) {
      findings.addError(file, `files ${deletedUpTo + 1} to ${first.file - 1} of the chain are missing`, start)
    }
  }
  for (const chain of chains.slice(0, -1)) if (!isRotated(chain)) findings.addError(chain.path, 'its end is missing')
}

/** The last chain must belong to the file itself and must be closed. */
function checkEnd(path: string, size: number | undefined, chains: readonly CheckedChain[], findings: EvidenceFindings): void {
  const last = chains.at(-1)
  if (!last || isRotated(last) || last.path !== chainPathOf(path)) {
    // Rotation renames the file, creates a new one, and then begins its chain.
    if (size === 0)
      findings.addNote(path, 'it has no chain: the writer was killed at the start of the file, or the chain was removed')
    else findings.addError(chainPathOf(path), 'the chain of the file itself is missing')
    return
  }
  if (isUnclosed(last))
    findings.addNote(path, 'it is not closed: a process writes to it, its writer was killed, or its end was removed')
  if (last.unsignedRecords > 0) findings.addNote(path, `no signature covers its last ${last.unsignedRecords} records`)
}

/** The export file of a chain; a writer killed during rotation may have renamed it already. */
async function exportFileOf({ path, last }: CheckedChain): Promise<string | undefined> {
  const exportPath = path.slice(0, -CHAIN_SUFFIX.length)
  const names = [exportPath, `${exportPath}.gz`]
  if (last.kind === 'aside') {
    const rotatedPath = join(dirname(path), basename(last.name))
    if (!(await exists(chainPathOf(rotatedPath)))) names.unshift(rotatedPath, `${rotatedPath}.gz`)
  }
  for (const name of names) if (await exists(name)) return name
  return undefined
}

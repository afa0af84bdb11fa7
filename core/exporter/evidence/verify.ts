// SPDX-License-Identifier: Apache-2.0
import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Fault } from '../../errors/fault.js'
import { codeOf } from '../../errors/reason.js'
import { type CheckedChain, checkChain } from './check-chain.js'
import { checkContent } from './check-content.js'
import { CHAIN, chainOf, chainsBeside } from './family.js'
import { type Finding, Findings } from './finding.js'
import type { Checker } from './keys.js'
import { NO_HASH } from './line.js'

export interface Verdict {
  /** Oldest first. */
  readonly files: readonly { readonly path: string; readonly records: number; readonly bytes: number }[]
  readonly signatures: number
  readonly findings: readonly Finding[]
}

/**
 * Holds an export file, and all that it was before it was rotated, against its chain. A file that was put aside, named by
 * itself, is looked at alone. Throws a fault if there is no chain at all.
 */
export async function verifyEvidence(path: string, checker: Checker | undefined, moment = A_MOMENT): Promise<Verdict> {
  const verdict = await look(path, checker)
  if (!verdict.findings.some(({ level }) => level === 'broken')) return verdict
  // A writer at work was met between its records and their line in the chain, or while it rotated.
  await setTimeout(moment)
  return look(path, checker)
}

const A_MOMENT = 300

async function look(path: string, checker: Checker | undefined): Promise<Verdict> {
  const findings = new Findings()
  const plain = path.replace(/\.gz$/, '')
  const size = (await stat(plain).catch(() => undefined))?.size
  const paths = [...(await chainsBeside(plain)), chainOf(plain)]
  const present = await Promise.all(paths.map(exists))
  const chains: CheckedChain[] = []
  for (const chain of paths.filter((_, index) => present[index])) {
    const checked = await checkChain(chain, checker, findings)
    if (checked) chains.push(checked)
    else if (size !== 0 && !findings.isBroken) findings.broken(chain, 'it has no whole line')
  }
  if (!present.includes(true)) throw new Fault('SFP_EVIDENCE_ABSENT', { path })
  chains.sort((a, b) => a.first.file - b.first.file)
  const isAlone = chains.length === 1 && chains[0]?.path === chainOf(plain) && isAside(chains[0])
  if (isAlone) findings.noted(plain, 'it is looked at alone: the files before and after it are not')
  else {
    checkLinks(chains, findings)
    checkEnd(plain, size, chains, findings)
  }
  const files = []
  for (const chain of chains) {
    const file = await exportFileOf(chain)
    if (file === undefined) findings.broken(chain.path.slice(0, -CHAIN.length), 'the file is missing', { byte: 0, record: 1 })
    else
      files.push({
        path: file,
        ...(await checkContent(file, chain.spans, { size: file === plain ? size : undefined, isOpen: isOpen(chain) }, findings)),
      })
  }
  return { files, signatures: chains.reduce((sum, { signatures }) => sum + signatures, 0), findings: findings.all }
}

/** Whether its file was put aside, and this is the chain of that file. */
const isAside = (chain: CheckedChain | undefined): boolean =>
  chain?.last.kind === 'aside' && chainOf(chain.last.name) === basename(chain.path)

/** Whether its writer may still be at work, or was killed. */
const isOpen = ({ last }: CheckedChain): boolean => last.kind !== 'closed' && last.kind !== 'aside'

/** Each chain goes on where the one before it ends, and the first is the very first. */
function checkLinks(chains: readonly CheckedChain[], findings: Findings): void {
  const deletedUpTo = Math.max(0, ...chains.map(chain => chain.deletedUpTo))
  for (const [index, { path: file, first }] of chains.entries()) {
    const before = chains[index - 1]
    const at = { byte: 0, record: 1 }
    if (before) {
      if (first.file !== before.first.file + 1)
        findings.broken(file, `files ${before.first.file + 1} to ${first.file - 1} of the chain are missing before it`, at)
      else if (first.previous !== before.last.hash || first.sequence !== before.last.sequence + 1)
        findings.broken(file, 'it does not go on where the chain of the file before it ends', at)
    } else if (first.file === 1) {
      if (first.previous !== NO_HASH || first.sequence !== 1) findings.broken(file, 'something before it is missing', at)
    } else if (first.file - 1 > deletedUpTo) {
      findings.broken(file, `files ${deletedUpTo + 1} to ${first.file - 1} of the chain are missing`, at)
    }
  }
  for (const chain of chains.slice(0, -1)) if (!isAside(chain)) findings.broken(chain.path, 'its end is missing')
}

/** The last chain is that of the file itself, and was closed. */
function checkEnd(path: string, size: number | undefined, chains: readonly CheckedChain[], findings: Findings): void {
  const last = chains.at(-1)
  if (!last || isAside(last) || last.path !== chainOf(path)) {
    // Rotation puts a file aside, makes a new one, and begins its chain.
    if (size === 0) findings.noted(path, 'it has no chain yet: its writer was killed while it began it, or the chain was removed')
    else findings.broken(chainOf(path), 'the chain of the file itself is missing')
    return
  }
  if (isOpen(last))
    findings.noted(path, 'it is not closed: it is being written to, its writer was killed, or its end was removed')
  if (last.unsigned > 0) findings.noted(path, `no signature vouches yet for its last ${last.unsigned} records`)
}

/** The file that a chain tells of; a writer killed while it rotated may leave it under its new name already. */
async function exportFileOf({ path, last }: CheckedChain): Promise<string | undefined> {
  const plain = path.slice(0, -CHAIN.length)
  const names = [plain, `${plain}.gz`]
  if (last.kind === 'aside') {
    const aside = join(dirname(path), basename(last.name))
    if (!(await exists(chainOf(aside)))) names.unshift(aside, `${aside}.gz`)
  }
  for (const name of names) if (await exists(name)) return name
  return undefined
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    error => {
      if (codeOf(error) !== 'ENOENT') throw error
      return false
    },
  )

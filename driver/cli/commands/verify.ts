// SPDX-License-Identifier: Apache-2.0

import type { CommandDefinition, CommandInvocation } from '../../../core/contract/command.js'
import type { EvidenceFinding } from '../../../core/exporter/evidence/evidence-findings.js'
import type { EvidenceVerification } from '../../../core/exporter/evidence/verify-evidence.js'
import { EXIT, type ExitCode } from '../../exit-codes.js'
import type { ProcessContext } from '../../process/process-context.js'

export const verifyCommand: CommandDefinition<ProcessContext> = {
  name: 'verify',
  summary: 'verify the hash chain of an export file',
  arguments: [{ name: '<file>', description: 'export file written with evidence.chain; its rotated files are verified too' }],
  options: [
    { flags: '-k, --key <file>', description: 'PEM file of public keys, to verify signatures' },
    { flags: '--strict', description: 'exit with 1 also for findings that a killed writer can cause' },
  ],
  status: {
    ok: 'the chain is intact',
    failed: 'the chain is broken or cannot be read; with -strict: also for notes',
  },
  examples: [
    { line: 'sfprocessor verify alerts.ndjson', description: 'verify what has been written so far' },
    { line: 'sfprocessor verify alerts.ndjson -key evidence.pub', description: 'verify signatures too' },
  ],
  run,
}

async function run({ arguments: [path = ''], options }: CommandInvocation, context: ProcessContext): Promise<ExitCode> {
  const [{ verifyEvidence }, { SignatureVerifier }, { resolve }] = await Promise.all([
    import('../../../core/exporter/evidence/verify-evidence.js'),
    import('../../../core/exporter/evidence/signing-keys.js'),
    import('node:path'),
  ])
  const key = typeof options.key === 'string' ? new SignatureVerifier(resolve(context.directory, options.key)) : undefined
  const result = await verifyEvidence(resolve(context.directory, path), key)
  context.stdout.write(resultText(result, key !== undefined))
  const fatal = result.findings.filter(({ level }) => level === 'broken' || options.strict === true)
  return fatal.length === 0 ? EXIT.ok : EXIT.failed
}

function resultText({ files, signatures, findings }: EvidenceVerification, hasKey: boolean): string {
  const broken = findings.filter(({ level }) => level === 'broken')
  const intactFiles = files.map(
    ({ path, records, bytes }) => `intact   ${path}: ${pluralize(records, 'record')}, ${pluralize(bytes, 'byte')}`,
  )
  const shown = [...broken, ...findings.filter(({ level }) => level === 'noted')]
  const lines = [
    ...intactFiles,
    ...shown.slice(0, MAX_FINDINGS_SHOWN).map(findingText),
    ...(shown.length > MAX_FINDINGS_SHOWN ? [`and ${shown.length - MAX_FINDINGS_SHOWN} more`] : []),
    hasKey ? `${pluralize(signatures, 'signature')} verified` : 'signatures not verified: no key given',
    broken.length === 0 ? 'the chain is intact' : 'THE CHAIN IS BROKEN',
  ]
  return lines.map(line => `${line}\n`).join('')
}

const MAX_FINDINGS_SHOWN = 100

function findingText({ level, file, byte, record, what }: EvidenceFinding): string {
  const unit = file.endsWith('.chain') ? 'line' : 'record'
  const location = [record === undefined ? '' : `, ${unit} ${record}`, byte === undefined ? '' : `, byte ${byte}`].join('')
  return `${level.padEnd(8)} ${file}${location}: ${what}`
}

const pluralize = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`

// SPDX-License-Identifier: Apache-2.0
import type { Finding } from '../../../core/exporter/evidence/finding.js'
import type { Verdict } from '../../../core/exporter/evidence/verify.js'
import { EXIT, type ExitCode } from '../../exit-codes.js'
import type { World } from '../../pipeline/prepare.js'
import type { Call, CommandKind } from './command.js'

export const verifyCommand: CommandKind = {
  name: 'verify',
  summary: 'hold an export file against its chain of hashes',
  arguments: [
    { name: '<file>', description: 'export file that was written with evidence.chain; its rotated files are checked too' },
  ],
  options: [
    { flags: '-k, --key <file>', description: 'PEM file of the public keys that its signatures are to be checked with' },
    { flags: '--strict', description: 'exit with 1 also for what a killed writer explains' },
  ],
  status: {
    ok: 'the chain holds',
    failed: 'it is broken; with -strict: something is noted; or it cannot be read',
  },
  examples: [
    { line: 'sfprocessor verify alerts.ndjson', says: 'check what has been written so far' },
    { line: 'sfprocessor verify alerts.ndjson -key evidence.pub', says: 'check its signatures too' },
  ],
  run,
}

async function run({ arguments: [path = ''], options }: Call, world: World): Promise<ExitCode> {
  const [{ verifyEvidence }, { Checker }, { resolve }] = await Promise.all([
    import('../../../core/exporter/evidence/verify.js'),
    import('../../../core/exporter/evidence/keys.js'),
    import('node:path'),
  ])
  const key = typeof options.key === 'string' ? new Checker(resolve(world.directory, options.key)) : undefined
  const verdict = await verifyEvidence(resolve(world.directory, path), key)
  world.stdout.write(verdictText(verdict, key !== undefined))
  const fatal = verdict.findings.filter(({ level }) => level === 'broken' || options.strict === true)
  return fatal.length === 0 ? EXIT.ok : EXIT.failed
}

function verdictText({ files, signatures, findings }: Verdict, hasKey: boolean): string {
  const broken = findings.filter(({ level }) => level === 'broken')
  const holds = files.map(
    ({ path, records, bytes }) => `holds    ${path}: ${counted(records, 'record')}, ${counted(bytes, 'byte')}`,
  )
  const shown = [...broken, ...findings.filter(({ level }) => level === 'noted')]
  const lines = [
    ...holds,
    ...shown.slice(0, MOST_SHOWN).map(findingText),
    ...(shown.length > MOST_SHOWN ? [`and ${shown.length - MOST_SHOWN} more`] : []),
    hasKey ? `${counted(signatures, 'signature')} checked` : 'signatures were not checked: no key was given',
    broken.length === 0 ? 'the chain holds' : 'THE CHAIN IS BROKEN',
  ]
  return lines.map(line => `${line}\n`).join('')
}

const MOST_SHOWN = 100

function findingText({ level, file, byte, record, what }: Finding): string {
  const unit = file.endsWith('.chain') ? 'line' : 'record'
  const place = [record === undefined ? '' : `, ${unit} ${record}`, byte === undefined ? '' : `, byte ${byte}`].join('')
  return `${level.padEnd(8)} ${file}${place}: ${what}`
}

const counted = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`

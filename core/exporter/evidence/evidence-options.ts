// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path'
import type { OptionSchema, Options } from '../../contract/plugin.js'
import { Fault } from '../../errors/fault.js'
import { readNumber, readText } from '../read-options.js'
import type { EvidenceChainSettings } from './evidence-chain.js'
import type { FileObserver } from './file-observer.js'
import { readSigner } from './signing-keys.js'

// biome-ignore format: a table
export const EVIDENCE_OPTIONS: Readonly<Record<string, OptionSchema>> = {
  'evidence.chain': { type: 'boolean', description: 'For the file transport: write a hash chain next to the file. `sfprocessor verify` verifies it.', default: false },
  'evidence.key': { type: 'string', description: 'PEM file of a private Ed25519 key that signs the chain. Empty: no signatures.' },
  'evidence.every': { type: 'integer', minimum: 1, maximum: 86_400, description: 'Maximum delay of a signature, in seconds.', default: 60 },
}

/** Creates the chain beside an export file; undefined if the settings do not ask for one. Reads the key at once. */
export function evidenceChainFor(
  options: Options,
  { path, framing }: Pick<EvidenceChainSettings, 'path' | 'framing'>,
  directory: string,
  report: (fault: Fault) => void,
): (() => Promise<FileObserver>) | undefined {
  const key = readText(options, 'evidence.key')
  if (options['evidence.chain'] !== true) {
    if (key !== '') throw new Fault('SFP_EVIDENCE_NO_CHAIN')
    return undefined
  }
  const signer = key === '' ? undefined : readSigner(resolve(directory, key), report)
  const settings = { path, framing, signer, every: readNumber(options, 'evidence.every') || 60 }
  return async () => new (await import('./evidence-chain.js')).EvidenceChain(settings, report, Date.now)
}

// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { Fault } from '../../errors/fault.js'
import { messageOf, reasonOf } from '../../errors/reason.js'
import { sha256 } from './chain-line.js'

/** Creates signatures. */
export interface Signer {
  /** SHA-256 of the public key in hexadecimal digits: the name of the key in the chain. */
  readonly keyId: string
  sign(text: string): string
}

/** Separates these signatures from signatures that the same key creates for another purpose. */
const SIGNATURE_CONTEXT = 'sfprocessor evidence 1\n'

/** Reads a private Ed25519 key in PEM form. Calls `warn` if other users of this host may read the file. */
export function readSigner(path: string, warn: (fault: Fault) => void): Signer {
  const text = readKeyFile(path)
  if ((statSync(path).mode & 0o007) !== 0) warn(new Fault('SFP_EVIDENCE_OPEN_KEY', { path }, { level: 'warning' }))
  const key = parseKey(text, path, 'private', createPrivateKey)
  const keyId = keyIdOf(createPublicKey(key))
  return { keyId, sign: content => sign(null, Buffer.from(SIGNATURE_CONTEXT + content), key).toString('hex') }
}

/** Verifies signatures. */
export class SignatureVerifier {
  readonly #keys: ReadonlyMap<string, KeyObject>

  /** Reads the public keys in a PEM file; several are allowed, for a chain whose key was changed. */
  constructor(path: string) {
    const blocks = readKeyFile(path).match(/-----BEGIN [A-Z ]+-----[^-]*-----END [A-Z ]+-----/g) ?? ['']
    const keys = blocks.map(block => parseKey(block, path, 'public', createPublicKey))
    this.#keys = new Map(keys.map(key => [keyIdOf(key), key]))
  }

  /** `keyId`: name of the key that signed, according to the chain. */
  hasKey(keyId: string): boolean {
    return this.#keys.has(keyId)
  }

  isValid(keyId: string, signed: string, signature: string): boolean {
    const key = this.#keys.get(keyId)
    return key !== undefined && verify(null, Buffer.from(SIGNATURE_CONTEXT + signed), key, Buffer.from(signature, 'hex'))
  }
}

const keyIdOf = (key: KeyObject): string => sha256(key.export({ type: 'spki', format: 'der' }))

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Fault('SFP_EVIDENCE_KEY', { path, reason: reasonOf(error) }, { cause: error })
  }
}

/** Omits the cause of an error where it could reveal a part of the key. */
function parseKey(text: string, path: string, kind: string, createKey: (text: string) => KeyObject): KeyObject {
  let key: KeyObject
  try {
    key = createKey(text)
  } catch (error) {
    throw new Fault('SFP_EVIDENCE_KEY', { path, reason: `it holds no ${kind} key in PEM form (${messageOf(error)})` })
  }
  const type = key.asymmetricKeyType ?? ''
  if (type !== 'ed25519') throw new Fault('SFP_EVIDENCE_KEY', { path, reason: `it is a key for ${type}` })
  return key
}

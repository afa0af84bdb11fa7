// SPDX-License-Identifier: Apache-2.0
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { OptionSchema, Options, TransportPlugin } from '../contract/plugin.js'
import { Fault } from '../errors/fault.js'
import { reasonOf } from '../errors/reason.js'
import { readText } from './read-options.js'

/** Keys of the secrets of every transport. */
// biome-ignore format: a table
export const SECRETS_OPTIONS: Readonly<Record<string, OptionSchema>> = {
  'vault.secrets': { type: 'boolean', description: 'Read missing secrets of the transport from files with the names of their keys, such as es.password.', default: false },
  'vault.path': { type: 'string', path: true, description: 'Directory of these files.', default: '/run/secrets' },
  'vault.encoding': { type: 'string', enum: ['none', 'base64'], description: 'Encoding of the files. White space around a secret is ignored.', default: 'none' },
}

/**
 * The options of a transport. With `vault.secrets`, secrets that are not set are read from files. Throws a fault if a file cannot
 * be read, or if there is no secret at all, neither in a file nor in a setting. A transport may have secrets that exclude each
 * other, so a missing file is not an error; the transport checks which secrets belong together.
 */
export function withSecrets(
  options: Options,
  { name, options: { properties, required = [] } }: Pick<TransportPlugin, 'name' | 'options'>,
): Options {
  if (options['vault.secrets'] !== true) return options
  const folder = readText(options, 'vault.path') || '/run/secrets'
  const keys = Object.keys(properties).filter(key => isSecretOption(properties[key]))
  if (keys.length === 0) return options
  const isSet = (key: string): boolean => options[key] !== undefined && options[key] !== ''
  const found = keys.filter(key => !isSet(key) && existsSync(join(folder, key)))
  const missing = required.filter(key => keys.includes(key) && !isSet(key) && !found.includes(key))
  if (missing.length > 0 || (found.length === 0 && !keys.some(isSet))) {
    const reason = existsSync(folder) ? 'no such file' : 'no such directory'
    const wanted = missing.length > 0 ? missing : keys
    throw new Fault('SFP_WEB_SECRETS', { transport: name, path: folder, reason, keys: wanted.join(', ') })
  }
  const isBase64 = readText(options, 'vault.encoding') === 'base64'
  const secrets = found.map(key => [key, readSecret(join(folder, key), isBase64)] as const)
  return { ...options, ...Object.fromEntries(secrets) }
}

/** Whether the option may be absent from the settings because it is read from a file. */
export const isReadFromFile = (options: Options, option: OptionSchema | undefined): boolean =>
  options['vault.secrets'] === true && isSecretOption(option)

const isSecretOption = (option: OptionSchema | undefined): boolean => option?.secret === true && option.type === 'string'

function readSecret(path: string, isBase64: boolean): string {
  const fault = (reason: string, cause?: unknown): Fault => new Fault('SFP_WEB_SECRET', { path, reason }, { cause })
  let content: string
  try {
    content = readBeginning(path).toString('utf8').trim()
  } catch (error) {
    throw fault(reasonOf(error), error)
  }
  if (content === '') throw fault('it is empty')
  if (Buffer.byteLength(content) > MAX_SECRET_BYTES) throw fault(`it is longer than ${MAX_SECRET_BYTES} bytes`)
  if (!isBase64) return content
  if (!/^[A-Za-z0-9+/\s]+={0,2}$/.test(content)) throw fault('it is not base64')
  return Buffer.from(content, 'base64').toString('utf8').trim()
}

/** Reads slightly more than the largest secret, since the mounted file may have any size. */
function readBeginning(path: string): Buffer {
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(MAX_SECRET_BYTES + 1024)
    return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, 0))
  } finally {
    closeSync(file)
  }
}

const MAX_SECRET_BYTES = 64 * 1024

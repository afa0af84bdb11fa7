// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Options } from '../contract/plugin.js'
import { Fault } from '../errors/fault.js'
import { formatFault } from '../errors/format-fault.js'
import { withSecrets } from './secrets.js'
import { transportHost } from './testing/transport-host.js'
import { esTransportPlugin } from './transports/es-plugin.js'
import { fileTransport } from './transports/file-plugin.js'

const esTransport = esTransportPlugin('sysflow')

const folder = mkdtempSync(join(tmpdir(), 'secrets-'))
after(() => rmSync(folder, { recursive: true }))

function vault(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(folder, 'vault-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  return path
}

const read = (files: Readonly<Record<string, string>>, options: Options = {}): Options =>
  withSecrets({ 'vault.secrets': true, 'vault.path': vault(files), ...options }, esTransport)

test('secrets that are not set are read from files named like their keys, without surrounding white space', () => {
  const options = read({ 'es.username': 'elastic\n', 'es.password': '  hunter2 \n', other: 'x' })
  assert.deepEqual([options['es.username'], options['es.password'], options.other], ['elastic', 'hunter2', undefined])
})

test('a secret in the settings takes precedence over its file', () => {
  const options = read({ 'es.username': 'elastic', 'es.password': 'file' }, { 'es.password': 'set' })
  assert.deepEqual([options['es.username'], options['es.password']], ['elastic', 'set'])
})

test('files in base64 are decoded', () => {
  const encoded = Buffer.from('häschen\n').toString('base64')
  assert.equal(read({ 'es.apikey': `${encoded}\n` }, { 'vault.encoding': 'base64' })['es.apikey'], 'häschen')
})

test('secret files are read only if enabled, and only for transports with secrets', () => {
  const path = vault({ 'es.username': 'elastic' })
  assert.deepEqual(withSecrets({ 'vault.path': path }, esTransport), { 'vault.path': path })
  const options = { 'vault.secrets': true, 'vault.path': path }
  assert.equal(withSecrets(options, fileTransport), options)
})

test('a secret that is missing, empty, too long, unreadable or not base64 stops the start, and no message contains a secret', () => {
  const cases: [() => unknown, RegExp][] = [
    [() => read({}), /SFP_WEB_SECRETS: .*no such file; .*es\.username, es\.password, es\.apikey/],
    [() => read({}, { 'vault.path': '/nowhere' }), /SFP_WEB_SECRETS: .*"\/nowhere": no such directory/],
    [() => read({ 'es.password': ' \n' }), /SFP_WEB_SECRET: cannot use the secret in .*es\.password": it is empty/],
    [() => read({ 'es.password': 'x'.repeat(70_000) }), /it is longer than 65536 bytes/],
    [() => read({ 'es.password': 'hunter2!' }, { 'vault.encoding': 'base64' }), /it is not base64/],
    [() => read({ 'es.password': 'x' }, { 'vault.path': '/proc/self/mem/..' }), /SFP_WEB_SECRETS/],
  ]
  for (const [work, expected] of cases) {
    const isExpected = (error: unknown): boolean =>
      error instanceof Fault && expected.test(formatFault(error)) && !formatFault(error).includes('hunter2')
    assert.throws(work, isExpected, String(expected))
  }
})

test('a transport refuses a user whose password is in no file', () => {
  const options = read({ 'es.username': 'elastic' })
  assert.throws(() => esTransport.create(options, transportHost()), /"es.password": it is required/)
})

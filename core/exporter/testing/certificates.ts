// SPDX-License-Identifier: Apache-2.0
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** For a test's `skip` option: false where certificates can be created, else the reason. */
export const withoutOpenssl: string | false =
  spawnSync('openssl', ['version']).status === 0 ? false : 'no openssl on this machine (Debian package openssl)'

/** Paths of PEM files. */
export interface IssuedCertificate {
  readonly cert: string
  readonly key: string
}

/** A certificate authority that only its users trust, valid for a day. */
export class Authority {
  readonly cert: string
  readonly #key: string
  readonly #folder: string
  readonly #name: string

  /** `folder` receives its files, which are named after the authority. */
  constructor(folder: string, name = 'authority') {
    this.#folder = folder
    this.#name = name
    this.#key = join(folder, `${name}.key`)
    this.cert = join(folder, `${name}.pem`)
    const subject = ['-subj', `/CN=${name}`, '-days', '1', '-keyout', this.#key, '-out', this.cert]
    openssl(['req', '-x509', ...NEW_KEY, ...subject, '-addext', 'keyUsage=critical,keyCertSign,cRLSign'])
  }

  /** A certificate for these names and addresses, for servers and clients; the first is also its common name. */
  issue(...names: readonly [string, ...string[]]): IssuedCertificate {
    const base = join(this.#folder, `${this.#name}-${names[0]}`)
    const [cert, key, request, extensions] = [`${base}.pem`, `${base}.key`, `${base}.csr`, `${base}.ext`]
    const alternatives = names.map(name => (/^[\d.]+$|:/.test(name) ? `IP:${name}` : `DNS:${name}`))
    writeFileSync(extensions, `subjectAltName=${alternatives.join(',')}\nextendedKeyUsage=serverAuth,clientAuth\n`)
    openssl(['req', ...NEW_KEY, '-subj', `/CN=${names[0]}`, '-keyout', key, '-out', request])
    const signed = ['-CA', this.cert, '-CAkey', this.#key, '-CAcreateserial', '-days', '1', '-extfile', extensions]
    openssl(['x509', '-req', '-in', request, ...signed, '-out', cert])
    return { cert, key }
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

function openssl(args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}

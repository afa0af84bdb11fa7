// SPDX-License-Identifier: Apache-2.0
import type { FaultText } from '../fault-text.js'

export const WEB_FAULTS = {
  SFP_WEB_PACKAGE: {
    what: 'transport {transport} needs the package {package}, which is not installed',
    hint: 'run: npm install {package}',
  },
  SFP_WEB_ADDRESS: {
    what: '"{key}" is not an address of a web server: {reason}',
    hint: 'write it as in https://host:9200, without a user name or password.',
  },
  SFP_WEB_IDENTITY: {
    what: 'the certificate in "{path}" and its key cannot be used: {reason}',
    hint: 'set "{transport}.tls.cert" and "{transport}.tls.key" to PEM files that belong together, the key without a password.',
  },
  SFP_WEB_CA: { what: '"{path}" holds no certificates: {reason}', hint: 'set "{key}" to a PEM file of certificate authorities.' },
  SFP_WEB_PLAIN: {
    what: 'transport {transport} sends credentials to {address} without encryption',
    hint: 'use an https address.',
  },
  SFP_WEB_UNVERIFIED: {
    what: 'transport {transport} takes whatever answers at {address} for its target',
    hint: 'set "{transport}.tls.ca" to the authority that signed its certificate, and leave "{transport}.tls.insecure" out.',
  },
  SFP_WEB_UNREACHABLE: { what: '{address} cannot be reached: {reason}', hint: 'see that it runs and that the address is right.' },
  SFP_WEB_CERTIFICATE: {
    what: 'the certificate of {address} is not trusted: {reason}',
    hint: 'set "{key}" to a file with the certificate of the authority that signed it.',
  },
  SFP_WEB_STATUS: { what: '{address} answers {status}: {reason}', hint: '{hint}.' },
  SFP_WEB_ANSWER: {
    what: '{address} answers what cannot be understood: {reason}',
    hint: 'see that it is a server of the kind that transport {transport} needs.',
  },
  SFP_WEB_SETTING: { what: '"{key}": {reason}', hint: '{hint}.' },
  SFP_WEB_SECRETS: {
    what: 'no secret for transport {transport} is in "{path}": {reason}',
    hint: 'put it into a file named like its key, one of {keys}, or leave "vault.secrets" out.',
  },
  SFP_WEB_SECRET: { what: 'the secret in "{path}" cannot be used: {reason}', hint: 'see "vault.path" and "vault.encoding".' },
} as const satisfies Record<string, FaultText>

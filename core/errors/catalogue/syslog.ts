// SPDX-License-Identifier: Apache-2.0
import type { FaultText } from '../fault-text.js'

export const SYSLOG_FAULTS = {
  SFP_SYSLOG_UNREACHABLE: {
    what: 'the syslog server at {target} cannot be reached: {reason}',
    hint: 'start it, or set "syslog.host", "syslog.port" and "syslog.proto" to what it listens on.',
  },
  SFP_SYSLOG_CERTIFICATE: {
    what: 'the syslog server at {target} is not trusted: {reason}',
    hint: 'set "syslog.tls.ca" to the authority that signed its certificate, or "syslog.tls.name" to the name in it.',
  },
  SFP_SYSLOG_BROKEN: {
    what: 'the connection to the syslog server at {target} broke: {reason}',
    hint: 'records that were not written are sent again over a new one.',
  },
  SFP_SYSLOG_UNCERTAIN: {
    what: 'the connection to the syslog server at {target} broke ({reason}), and {records} records written shortly before may not have arrived',
    hint: 'with "syslog.confirm" records are sent again until the server has read them.',
  },
  SFP_SYSLOG_NOT_CONFIRMED: {
    what: 'the syslog server at {target} did not confirm that it read everything: {reason}',
    hint: 'the records are sent again.',
  },
  SFP_SYSLOG_UNVERIFIED: {
    what: 'whoever answers at {host} is taken for the syslog server: "syslog.tls.insecure" is set',
    hint: 'leave it out, and set "syslog.tls.ca" to the authority of the server.',
  },
  SFP_SYSLOG_WITHOUT_EFFECT: {
    what: '"{option}" has no effect over {proto}',
    hint: 'leave it out, or set "syslog.proto" to {needed}.',
  },
  SFP_SYSLOG_KEY_PAIR: {
    what: '"{option}" is set and "{missing}" is not',
    hint: 'a client certificate needs both.',
  },
  SFP_SYSLOG_FILE: { what: '"{option}" cannot be read from {path}: {reason}', hint: 'set it to a PEM file.' },
  SFP_SYSLOG_TLS_FILES: {
    what: 'the authority, certificate or key for TLS cannot be used ({files}): {reason}',
    hint: 'they must be PEM files, the key that of the certificate and without a passphrase.',
  },
} as const satisfies Record<string, FaultText>

// SPDX-License-Identifier: Apache-2.0
import { hostname } from 'node:os'
import type { Options, TransportPlugin } from '../../../contract/plugin.js'
import { Fault } from '../../../errors/fault.js'
import { readNumber, readText } from '../../read-options.js'
import { deferredTransport } from '../deferred-transport.js'
import type { SyslogSettings } from './syslog.js'
import { MAX_FIELD_LENGTHS, syslogHeaderField } from './syslog-message.js'

// biome-ignore format: a table
const FACILITIES = ['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp', 'ntp', 'audit', 'alert', 'clock', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7']
const SEVERITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug']

/** `defaultTag`: the message id if the settings name none. */
export const syslogTransportPlugin = (defaultTag: string): TransportPlugin => ({
  kind: 'transport',
  name: 'syslog',
  contract: 2,
  summary: 'sends RFC 5424 messages over UDP, TCP or TLS',
  options: {
    type: 'object',
    additionalProperties: false,
    // biome-ignore format: a table
    properties: {
      'syslog.proto': { type: 'string', enum: ['tcp', 'tls', 'udp'], description: 'Protocol: udp, tcp or tls.', default: 'tcp', deprecatedNames: ['proto'], deprecatedValues: { 'tcp+tls': 'tls' } },
      'syslog.host': { type: 'string', minLength: 1, description: 'Host name or address of the server.', default: 'localhost', deprecatedNames: ['host'] },
      'syslog.port': { type: 'integer', minimum: 1, maximum: 65535, description: 'Server port.', default: 514, deprecatedNames: ['port'] },
      'syslog.tag': { type: 'string', description: 'Message id: at most 32 printable ASCII characters. Other characters become "_".', default: defaultTag, deprecatedNames: ['tag'] },
      'syslog.source': { type: 'string', description: 'Host name in the messages. Default: host name of this machine.', deprecatedNames: ['source'] },
      'syslog.app': { type: 'string', description: 'Application name in the messages. Only the last 48 characters are used.', default: 'sfprocessor' },
      'syslog.facility': { type: 'string', enum: FACILITIES, description: 'Facility of every message.', default: 'daemon' },
      'syslog.severity': { type: 'string', enum: SEVERITIES, description: 'Severity of every message.', default: 'alert' },
      'syslog.framing': { type: 'string', enum: ['lf', 'octet'], description: 'Message framing over TCP and TLS. lf: a line feed after each message; octet: the length before each message. Default: lf over tcp, octet over tls.' },
      'syslog.max': { type: 'integer', minimum: 480, maximum: 16_777_216, description: 'Maximum size of a message in bytes. Longer messages are refused, over UDP also those that exceed a datagram.', default: 1_048_576 },
      'syslog.timeout': { type: 'integer', minimum: 1, maximum: 3600, description: 'Timeout in seconds to connect, and for a server that accepts no data.', default: 30 },
      'syslog.confirm': { type: 'boolean', description: 'For tcp and tls: close the connection after each chunk. Its records count as sent when the server has read them and closes the connection too. Without this setting, delivery is not confirmed.', default: false },
      'syslog.tls.ca': { type: 'string', path: true, description: 'PEM file of trusted certificate authorities, instead of those of Node.js.' },
      'syslog.tls.cert': { type: 'string', path: true, description: 'PEM file of the client certificate.' },
      'syslog.tls.key': { type: 'string', path: true, description: 'PEM file of the key of the client certificate.' },
      'syslog.tls.name': { type: 'string', description: 'Host name in the server certificate, if it is not `syslog.host`.' },
      'syslog.tls.insecure': { type: 'boolean', description: 'Accept any certificate.', default: false },
    },
    examples: [
      {
        export: 'syslog',
        'syslog.proto': 'tls',
        'syslog.host': 'logs.example.org',
        'syslog.port': 6514,
        'syslog.tls.ca': '/etc/sfprocessor/logs-ca.pem',
        'syslog.confirm': true,
      },
    ],
  },
  warnings(options) {
    const { proto, host, tls } = syslogSettings(options, defaultTag)
    return proto === 'tls' && !tls.isVerified ? [new Fault('SFP_SYSLOG_UNVERIFIED', { host }, { level: 'warning' })] : []
  },
  create(options, host) {
    const settings = syslogSettings(options, defaultTag)
    return deferredTransport('syslog', async () => {
      const { SyslogTransport } = await import('./syslog.js')
      return new SyslogTransport(settings, fault => host.reportFault(fault, false))
    })
  },
})

/** Throws a fault if settings contradict each other. */
export function syslogSettings(options: Options, defaultTag: string): SyslogSettings {
  const proto = protocolOf(options)
  checkConflicts(options, proto)
  return {
    proto,
    host: readText(options, 'syslog.host') || 'localhost',
    port: readNumber(options, 'syslog.port') || 514,
    framing: (readText(options, 'syslog.framing') || (proto === 'tls' ? 'octet' : 'lf')) === 'octet' ? 'octet' : 'lf',
    message: {
      facility: FACILITIES.indexOf(readText(options, 'syslog.facility') || 'daemon'),
      severity: SEVERITIES.indexOf(readText(options, 'syslog.severity') || 'alert'),
      host: syslogHeaderField(readText(options, 'syslog.source') || hostname(), MAX_FIELD_LENGTHS.host),
      app: syslogHeaderField(
        (readText(options, 'syslog.app') || 'sfprocessor').slice(-MAX_FIELD_LENGTHS.app),
        MAX_FIELD_LENGTHS.app,
      ),
      tag: syslogHeaderField(readText(options, 'syslog.tag') || defaultTag, MAX_FIELD_LENGTHS.tag),
    },
    maxRecordBytes: readNumber(options, 'syslog.max') || 1_048_576,
    timeout: readNumber(options, 'syslog.timeout') || 30,
    isConfirmed: options['syslog.confirm'] === true,
    tls: {
      ca: readText(options, 'syslog.tls.ca'),
      cert: readText(options, 'syslog.tls.cert'),
      key: readText(options, 'syslog.tls.key'),
      name: readText(options, 'syslog.tls.name'),
      isVerified: options['syslog.tls.insecure'] !== true,
    },
  }
}

const protocolOf = (options: Options): SyslogSettings['proto'] => {
  const given = readText(options, 'syslog.proto')
  return given === 'tls' || given === 'udp' ? given : 'tcp'
}

/** A user who sets an authority expects encrypted messages, so TLS settings without TLS are an error. */
function checkConflicts(options: Options, proto: string): void {
  const isGiven = (key: string): boolean => readText(options, key) !== '' || options[key] === true
  const needsTls = ['syslog.tls.ca', 'syslog.tls.cert', 'syslog.tls.key', 'syslog.tls.name', 'syslog.tls.insecure'].find(isGiven)
  if (needsTls && proto !== 'tls') throw new Fault('SFP_SYSLOG_WITHOUT_EFFECT', { option: needsTls, proto, needed: 'tls' })
  const needsStream = ['syslog.framing', 'syslog.confirm'].find(isGiven)
  if (needsStream && proto === 'udp')
    throw new Fault('SFP_SYSLOG_WITHOUT_EFFECT', { option: needsStream, proto, needed: 'tcp or tls' })
  for (const [option, missing] of [TLS_KEY_PAIR, TLS_KEY_PAIR.toReversed()] as const) {
    if (option && missing && isGiven(option) && !isGiven(missing)) throw new Fault('SFP_SYSLOG_KEY_PAIR', { option, missing })
  }
}

const TLS_KEY_PAIR = ['syslog.tls.cert', 'syslog.tls.key']

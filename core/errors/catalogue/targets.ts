// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../contract/error-catalogue.js'

export const TARGET_FAULTS = {
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
  SFP_WEB_UNREACHABLE: {
    what: '{address} cannot be reached: {reason}',
    hint: 'see that it runs and that the address is right.',
    causes: ['A firewall or proxy lies between.', 'The address lacks its port.'],
  },
  SFP_WEB_CERTIFICATE: {
    what: 'the certificate of {address} is not trusted: {reason}',
    hint: 'set "{key}" to a file with the certificate of the authority that signed it.',
    causes: ['The certificate is signed by an authority of your own.', 'It names the server by another name, or has run out.'],
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
  SFP_SYSLOG_UNREACHABLE: {
    what: 'the syslog server at {target} cannot be reached: {reason}',
    hint: 'start it, or set "syslog.host", "syslog.port" and "syslog.proto" to what it listens on.',
    causes: ['A firewall lies between.', 'The server listens on another port, or for UDP only.'],
  },
  SFP_SYSLOG_CERTIFICATE: {
    what: 'the syslog server at {target} is not trusted: {reason}',
    hint: 'set "syslog.tls.ca" to the authority that signed its certificate, or "syslog.tls.name" to the name in it.',
    causes: ['The certificate is signed by an authority of your own.', 'It names the server by another name, or has run out.'],
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
    what: 'any server that answers at {host} is taken for the syslog server: "syslog.tls.insecure" is set',
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
  SFP_KAFKA_PACKAGE: { what: 'the client of Kafka is not installed', hint: 'run: npm install {package}' },
  SFP_KAFKA_NO_BROKERS: {
    what: '"kafka.config" names no brokers',
    hint: 'give it "bootstrap.servers": "HOST:PORT,HOST:PORT".',
  },
  SFP_KAFKA_NO_TOPIC: { what: 'no topic is named', hint: 'set "{key}".' },
  SFP_KAFKA_TOPIC: {
    what: '"{topic}" is no name of a topic',
    hint: 'use letters, digits, ".", "_" and "-", at most 249 of them.',
  },
  SFP_KAFKA_SETTING: { what: '"{name}" in "kafka.config" is {value}', hint: 'write {expected}.' },
  SFP_KAFKA_UNKNOWN_SETTING: {
    what: '"{name}" in "kafka.config" has no effect',
    hint: 'leave it out. Did you mean "{nearest}"?',
  },
  SFP_KAFKA_TLS_UNUSED: {
    what: '"{name}" in "kafka.config" asks for TLS, and "security.protocol" does not',
    hint: 'set "security.protocol" to ssl or sasl_ssl, or leave out what begins with ssl.',
  },
  SFP_KAFKA_SASL_UNUSED: {
    what: 'a user is named, and "security.protocol" in "kafka.config" is {protocol}, which sends none',
    hint: 'set "security.protocol" to sasl_ssl, or to sasl_plaintext within the machine.',
  },
  SFP_KAFKA_NO_USER: {
    what: '"security.protocol" in "kafka.config" asks for a user and a password',
    hint: 'set "kafka.username" and "kafka.password", the latter best in a file of "vault.path" or in the environment.',
  },
  SFP_KAFKA_FILE: { what: '"{path}" of "{name}" cannot be read: {reason}', hint: 'give a PEM file that this user may read.' },
  SFP_KAFKA_REACH: {
    what: 'Kafka cannot be used at {brokers}: {reason}',
    hint: 'see to the brokers, or to "kafka.config".',
    causes: [
      'The brokers name themselves by addresses that this machine does not reach.',
      '"security.protocol" is not what the brokers expect.',
    ],
  },
  SFP_KAFKA_READ: {
    what: 'Kafka cannot be read at {brokers}: {reason}',
    hint: 'it is tried again, from where everything had been delivered.',
  },
  SFP_KAFKA_GONE: {
    what: '{records} messages of {topic}, partition {partition}, were deleted by Kafka before they were read',
    hint: 'keep messages for longer, or let more processors share the topic.',
  },
} as const satisfies ErrorCatalogue

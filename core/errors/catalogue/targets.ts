// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../contract/error-catalogue.js'

export const TARGET_FAULTS = {
  SFP_WEB_PACKAGE: {
    what: 'transport {transport} needs the package {package}, which is not installed',
    hint: 'run: npm install {package}',
  },
  SFP_WEB_ADDRESS: {
    what: '"{key}" is not a valid URL: {reason}',
    hint: 'use the form https://host:9200, without user name and password',
  },
  SFP_WEB_IDENTITY: {
    what: 'cannot use the certificate in "{path}" and its key: {reason}',
    hint: 'set "{transport}.tls.cert" and "{transport}.tls.key" to matching PEM files; the key must not have a password',
  },
  SFP_WEB_CA: { what: 'no certificates in "{path}": {reason}', hint: 'set "{key}" to a PEM file of certificate authorities' },
  SFP_WEB_PLAIN: {
    what: 'transport {transport} sends credentials to {address} without encryption',
    hint: 'use an https URL',
  },
  SFP_WEB_UNVERIFIED: {
    what: 'transport {transport} does not verify the certificate of {address}',
    hint: 'set "{transport}.tls.ca" to the authority that signed its certificate, and remove "{transport}.tls.insecure"',
  },
  SFP_WEB_UNREACHABLE: {
    what: 'cannot connect to {address}: {reason}',
    hint: 'check that the server is running and that the address is correct',
    causes: ['A firewall or proxy blocks the connection.', 'The port is missing in the address.'],
  },
  SFP_WEB_CERTIFICATE: {
    what: 'the certificate of {address} is not trusted: {reason}',
    hint: 'set "{key}" to a file with the certificate of the authority that signed it',
    causes: ['A private authority signed the certificate.', 'The certificate is for another host name, or it has expired.'],
  },
  SFP_WEB_STATUS: { what: '{address} answers {status}: {reason}', hint: '{hint}' },
  SFP_WEB_ANSWER: {
    what: 'invalid response from {address}: {reason}',
    hint: 'check that the server is of the type that transport {transport} supports',
  },
  SFP_WEB_SETTING: { what: '"{key}": {reason}', hint: '{hint}' },
  SFP_WEB_SECRETS: {
    what: 'no secret for transport {transport} in "{path}": {reason}',
    hint: 'write it to a file with the name of its key, one of {keys}, or remove "vault.secrets"',
  },
  SFP_WEB_SECRET: { what: 'cannot use the secret in "{path}": {reason}', hint: 'check "vault.path" and "vault.encoding"' },
  SFP_SYSLOG_UNREACHABLE: {
    what: 'cannot connect to the syslog server at {target}: {reason}',
    hint: 'start the server, or correct "syslog.host", "syslog.port" and "syslog.proto"',
    causes: ['A firewall blocks the connection.', 'The server listens on another port, or only on UDP.'],
  },
  SFP_SYSLOG_CERTIFICATE: {
    what: 'the certificate of the syslog server at {target} is not trusted: {reason}',
    hint: 'set "syslog.tls.ca" to the authority that signed its certificate, or "syslog.tls.name" to the name in it',
    causes: ['A private authority signed the certificate.', 'The certificate is for another host name, or it has expired.'],
  },
  SFP_SYSLOG_BROKEN: {
    what: 'connection to the syslog server at {target} lost: {reason}',
    hint: 'unsent records are sent over a new connection',
  },
  SFP_SYSLOG_UNCERTAIN: {
    what: 'connection to the syslog server at {target} lost ({reason}); the last {records} records may be lost',
    hint: 'with "syslog.confirm", records are sent again until the server has read them',
  },
  SFP_SYSLOG_NOT_CONFIRMED: {
    what: 'the syslog server at {target} did not confirm all records: {reason}',
    hint: 'the records are sent again',
  },
  SFP_SYSLOG_UNVERIFIED: {
    what: 'the certificate of the syslog server {host} is not verified: "syslog.tls.insecure" is set',
    hint: 'remove it, and set "syslog.tls.ca" to the authority of the server',
  },
  SFP_SYSLOG_WITHOUT_EFFECT: {
    what: '"{option}" has no effect over {proto}',
    hint: 'remove it, or set "syslog.proto" to {needed}',
  },
  SFP_SYSLOG_KEY_PAIR: {
    what: '"{option}" is set, but "{missing}" is not',
    hint: 'a client certificate needs both',
  },
  SFP_SYSLOG_FILE: { what: 'cannot read "{option}" from {path}: {reason}', hint: 'set it to a PEM file' },
  SFP_SYSLOG_TLS_FILES: {
    what: 'cannot use the TLS files ({files}): {reason}',
    hint: 'use PEM files; the key must match the certificate and have no passphrase',
  },
  SFP_KAFKA_PACKAGE: { what: 'the Kafka client is not installed', hint: 'run: npm install {package}' },
  SFP_KAFKA_NO_BROKERS: {
    what: '"kafka.config" has no brokers',
    hint: 'add "bootstrap.servers": "HOST:PORT,HOST:PORT"',
  },
  SFP_KAFKA_NO_TOPIC: { what: 'no Kafka topic is set', hint: 'set "{key}"' },
  SFP_KAFKA_TOPIC: {
    what: 'invalid topic name "{topic}"',
    hint: 'use letters, digits, ".", "_" and "-", at most 249 characters',
  },
  SFP_KAFKA_SETTING: { what: 'invalid value {value} of "{name}" in "kafka.config"', hint: 'use {expected}' },
  SFP_KAFKA_UNKNOWN_SETTING: {
    what: '"{name}" in "kafka.config" has no effect',
    hint: 'remove it. Did you mean "{nearest}"?',
  },
  SFP_KAFKA_TLS_UNUSED: {
    what: '"{name}" in "kafka.config" has no effect: "security.protocol" does not use TLS',
    hint: 'set "security.protocol" to ssl or sasl_ssl, or remove the settings that start with ssl',
  },
  SFP_KAFKA_SASL_UNUSED: {
    what: 'the user name has no effect: "security.protocol" in "kafka.config" is {protocol}',
    hint: 'set "security.protocol" to sasl_ssl, or to sasl_plaintext for local connections',
  },
  SFP_KAFKA_NO_USER: {
    what: '"security.protocol" in "kafka.config" requires a user name and a password',
    hint: 'set "kafka.username" and "kafka.password"; store the password in a file of "vault.path" or in the environment',
  },
  SFP_KAFKA_FILE: { what: 'cannot read "{path}" of "{name}": {reason}', hint: 'use a PEM file that this user can read' },
  SFP_KAFKA_REACH: {
    what: 'cannot use Kafka at {brokers}: {reason}',
    hint: 'check the brokers and "kafka.config"',
    causes: [
      'The brokers advertise addresses that this machine cannot reach.',
      '"security.protocol" does not match the configuration of the brokers.',
    ],
  },
  SFP_KAFKA_READ: {
    what: 'cannot read from Kafka at {brokers}: {reason}',
    hint: 'reading restarts at the last delivered offset',
  },
  SFP_KAFKA_GONE: {
    what: 'Kafka deleted {records} messages of {topic}, partition {partition}, before they were read',
    hint: 'increase the retention of the topic, or run more processors in the consumer group',
  },
} as const satisfies ErrorCatalogue

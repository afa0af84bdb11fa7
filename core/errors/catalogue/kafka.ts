// SPDX-License-Identifier: Apache-2.0
import type { FaultText } from '../fault-text.js'

export const KAFKA_FAULTS = {
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
  SFP_KAFKA_REACH: { what: 'Kafka cannot be used at {brokers}: {reason}', hint: 'see to the brokers, or to "kafka.config".' },
  SFP_KAFKA_READ: {
    what: 'Kafka cannot be read at {brokers}: {reason}',
    hint: 'it is tried again, from where everything had been delivered.',
  },
  SFP_KAFKA_GONE: {
    what: '{records} messages of {topic}, partition {partition}, were deleted by Kafka before they were read',
    hint: 'keep messages for longer, or let more processors share the topic.',
  },
} as const satisfies Record<string, FaultText>

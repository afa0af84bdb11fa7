// SPDX-License-Identifier: Apache-2.0
import type { TransportPlugin } from '../../contract/plugin.js'
import { esTransportPlugin } from './es-plugin.js'
import { fileTransport } from './file-plugin.js'
import { httpTransport } from './http-plugin.js'
import { kafkaTransport } from './kafka-plugin.js'
import { otlpTransport } from './otlp-plugin.js'
import { s3TransportPlugin } from './s3-plugin.js'
import { syslogTransportPlugin } from './syslog/syslog-plugin.js'
import { terminalTransport } from './terminal.js'

/** The built-in transports, in the order of the reference page. `defaultName`: default name of indices, objects and messages. */
export const builtInTransports = (defaultName: string): readonly TransportPlugin[] => [
  terminalTransport,
  fileTransport,
  syslogTransportPlugin(defaultName),
  esTransportPlugin(defaultName),
  httpTransport,
  otlpTransport,
  s3TransportPlugin(defaultName),
  kafkaTransport,
]

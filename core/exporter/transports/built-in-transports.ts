// SPDX-License-Identifier: Apache-2.0
import type { TransportPlugin } from '../../contract/plugin.js'
import { esTransport } from './es-plugin.js'
import { fileTransport } from './file-plugin.js'
import { httpTransport } from './http-plugin.js'
import { kafkaTransport } from './kafka-plugin.js'
import { otlpTransport } from './otlp-plugin.js'
import { s3Transport } from './s3-plugin.js'
import { syslogTransport } from './syslog/syslog-plugin.js'
import { terminalTransport } from './terminal.js'

/** The transports that are built in, in the order of the reference page. */
export const BUILT_IN_TRANSPORTS: readonly TransportPlugin[] = [
  terminalTransport,
  fileTransport,
  syslogTransport,
  esTransport,
  httpTransport,
  otlpTransport,
  s3Transport,
  kafkaTransport,
]

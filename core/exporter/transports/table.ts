// SPDX-License-Identifier: Apache-2.0
import { esKind } from './es-kind.js'
import { fileKind } from './file-kind.js'
import { httpKind } from './http-kind.js'
import { kafkaKind } from './kafka-kind.js'
import type { TransportKind } from './kind.js'
import { otlpKind } from './otlp-kind.js'
import { s3Kind } from './s3-kind.js'
import { syslogKind } from './syslog-kind.js'
import { terminalKind } from './terminal.js'

/** Everything that `export` may name, in the order of the reference page. */
export const TRANSPORTS: readonly TransportKind[] = [
  terminalKind,
  fileKind,
  syslogKind,
  esKind,
  httpKind,
  otlpKind,
  s3Kind,
  kafkaKind,
]

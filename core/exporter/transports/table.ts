// SPDX-License-Identifier: Apache-2.0
import { esKind } from './es-kind.js'
import { fileKind } from './file-kind.js'
import type { TransportKind } from './kind.js'
import { syslogKind } from './syslog-kind.js'
import { terminalKind } from './terminal.js'

/** Everything that `export` may name, in the order of the reference page. */
export const TRANSPORTS: readonly TransportKind[] = [terminalKind, fileKind, syslogKind, esKind]

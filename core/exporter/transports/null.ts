// SPDX-License-Identifier: Apache-2.0
import type { Transport } from '../../contract/exporter.js'

/** Discards what was encoded: for measuring, and for trying a configuration. */
export class NullTransport implements Transport {
  readonly name = 'null'
  async open(): Promise<void> {}
  async send(): Promise<void> {}
  async close(): Promise<void> {}
}

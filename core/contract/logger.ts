// SPDX-License-Identifier: Apache-2.0

/** Diagnostics only; records and alerts never pass through here. */
export interface Logger {
  trace(text: string): void
  info(text: string): void
  warn(text: string): void
  error(text: string): void
  /** Signs of life that an operator watches for: connections, health checks. */
  health(text: string): void
}

export const silentLogger: Logger = { trace() {}, info() {}, warn() {}, error() {}, health() {} }

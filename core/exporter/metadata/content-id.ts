// SPDX-License-Identifier: Apache-2.0

/** A document id that depends only on the content: half of its SHA-256, as 32 hexadecimal digits. */
export const contentId = (content: Uint8Array | string): string =>
  // Most runs do not need the module, which takes milliseconds to load.
  process.getBuiltinModule('node:crypto').hash('sha256', content, 'hex').slice(0, 32)

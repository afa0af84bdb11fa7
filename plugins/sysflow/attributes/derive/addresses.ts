// SPDX-License-Identifier: Apache-2.0

/** Dotted form of an IPv4 address as SysFlow stores it (signed, lowest byte = first octet). */
export const dottedAddress = (address: number): string =>
  `${address & 255}.${(address >>> 8) & 255}.${(address >>> 16) & 255}.${address >>> 24}`

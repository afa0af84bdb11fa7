// SPDX-License-Identifier: Apache-2.0
import { CONTAINER_TYPES } from '../../entities/entities.js'
import { FE, FF, KE, NF, PE } from '../../reader/event-columns.js'

/** `sf.type`: the two letters of a record type. */
export function recordTypeName(type: number): string {
  switch (type) {
    case PE:
      return 'PE'
    case NF:
      return 'NF'
    case FF:
      return 'FF'
    case FE:
      return 'FE'
    case KE:
      return 'KE'
    default:
      return ''
  }
}

/** `sf.container.type`: "host" if there is no container. */
export const containerTypeName = (type: number): string => CONTAINER_TYPES[type] ?? 'host'

/** `sf.file.type`: one character; empty if there is no file. */
export const resourceTypeName = (type: number): string => (type > 0 && type <= 0x10ffff ? String.fromCodePoint(type) : '')

/** Name of an IP protocol number; empty if SysFlow has no name for it. */
export function protocolName(protocol: number): string {
  switch (protocol) {
    case 1:
      return 'icmp'
    case 6:
      return 'tcp'
    case 17:
      return 'udp'
    case 254:
      return 'raw'
    default:
      return ''
  }
}

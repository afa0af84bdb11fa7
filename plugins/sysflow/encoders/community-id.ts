// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'

/**
 * Community ID version 1, seed 0: the same for both directions of a connection, so that records of different tools meet.
 * Addresses are as SysFlow stores them. Ports count for every protocol, as in the reference.
 */
export class CommunityIds {
  readonly #known = new Map<string, string>()

  of(sourceIp: number, sourcePort: number, targetIp: number, targetPort: number, protocol: number): string {
    const key = `${sourceIp} ${sourcePort} ${targetIp} ${targetPort} ${protocol}`
    let id = this.#known.get(key)
    if (id === undefined) {
      id = communityId(sourceIp, sourcePort, targetIp, targetPort, protocol)
      if (this.#known.size >= LIMIT) this.#known.clear()
      this.#known.set(key, id)
    }
    return id
  }
}

export function communityId(
  sourceIp: number,
  sourcePort: number,
  targetIp: number,
  targetPort: number,
  protocol: number,
): string {
  const source = end(sourceIp, sourcePort)
  const target = end(targetIp, targetPort)
  const [first, second] = Buffer.compare(source, target) <= 0 ? [source, target] : [target, source]
  const hashed = Buffer.alloc(16)
  first.copy(hashed, 2, 0, 4)
  second.copy(hashed, 6, 0, 4)
  hashed[10] = protocol & 255
  first.copy(hashed, 12, 4, 6)
  second.copy(hashed, 14, 4, 6)
  // The seed comes first and is 0; so is the padding behind the protocol.
  return `1:${createHash('sha1').update(SEED).update(hashed.subarray(2)).digest('base64')}`
}

/** Address, then port: the order in which ends are compared. */
function end(address: number, port: number): Buffer {
  const bytes = Buffer.alloc(6)
  bytes.writeInt32LE(address | 0, 0)
  bytes.writeUInt16BE(port & 0xffff, 4)
  return bytes
}

const SEED = Buffer.alloc(2)
/** Connections that are remembered; most are seen many times or only once. */
const LIMIT = 4096

// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'

/**
 * Community ID version 1, seed 0: equal for both directions of a connection, so records of different tools can be correlated.
 * Addresses are in SysFlow's form. Ports are included for every protocol, as in the reference.
 */
export class CommunityIds {
  readonly #cache = new Map<string, string>()

  idFor(sourceIp: number, sourcePort: number, targetIp: number, targetPort: number, protocol: number): string {
    const key = `${sourceIp} ${sourcePort} ${targetIp} ${targetPort} ${protocol}`
    let id = this.#cache.get(key)
    if (id === undefined) {
      id = communityId(sourceIp, sourcePort, targetIp, targetPort, protocol)
      if (this.#cache.size >= MAX_CACHED_IDS) this.#cache.clear()
      this.#cache.set(key, id)
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
  const source = endpointBytes(sourceIp, sourcePort)
  const target = endpointBytes(targetIp, targetPort)
  const [first, second] = Buffer.compare(source, target) <= 0 ? [source, target] : [target, source]
  const hashInput = Buffer.alloc(16)
  first.copy(hashInput, 2, 0, 4)
  second.copy(hashInput, 6, 0, 4)
  hashInput[10] = protocol & 255
  first.copy(hashInput, 12, 4, 6)
  second.copy(hashInput, 14, 4, 6)
  // The seed comes first and is 0; the padding after the protocol is 0 too.
  return `1:${createHash('sha1').update(SEED).update(hashInput.subarray(2)).digest('base64')}`
}

/** Address, then port: endpoints are compared in this order. */
function endpointBytes(address: number, port: number): Buffer {
  const bytes = Buffer.alloc(6)
  bytes.writeInt32LE(address | 0, 0)
  bytes.writeUInt16BE(port & 0xffff, 4)
  return bytes
}

const SEED = Buffer.alloc(2)
/** Maximum number of cached connections; most connections occur either many times or only once. */
const MAX_CACHED_IDS = 4096

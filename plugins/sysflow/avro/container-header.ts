// SPDX-License-Identifier: Apache-2.0
import { Fault } from '../../../core/errors/fault.js'
import { Scanner } from './scanner.js'
import type { Window } from './window.js'

export interface ContainerHeader {
  readonly schema: string
  readonly codec: string
  readonly sync: Buffer
}

export const MAGIC = Buffer.from('Obj\x01', 'latin1')
export const SYNC_BYTES = 16

/** Takes the header of an Avro object container. Throws a fault and leaves the window where it was if there is none. */
export async function takeHeader(window: Window): Promise<ContainerHeader> {
  if (!(await window.has(1)) && window.offset === 0) throw new Fault('SFP_SYSFLOW_EMPTY')
  if (!(await startsWithMagic(window))) throw notAvro('it does not begin with "Obj" and 1')
  for (;;) {
    const header = parse(window)
    if (header) return header
    if (window.available >= LARGEST_HEADER) throw notAvro(`its header has more than ${LARGEST_HEADER} bytes`)
    // A file that grows may have a whole header long before it has as much as anybody would guess.
    if (!(await window.has(window.available + 1))) throw notAvro('its header is damaged or cut')
  }
}

export async function startsWithMagic(window: Window): Promise<boolean> {
  return (await window.has(MAGIC.length)) && MAGIC.compare(window.bytes, window.at, window.at + MAGIC.length) === 0
}

const LARGEST_HEADER = 1024 * 1024

const notAvro = (reason: string): Fault => new Fault('SFP_SYSFLOW_NOT_AVRO', { reason })

/** Nothing if the header is not whole (or not a header). */
function parse(window: Window): ContainerHeader | undefined {
  const scanner = new Scanner()
  scanner.begin(window.bytes.subarray(0, window.end))
  scanner.position = window.at + MAGIC.length
  const metadata = scanner.textMap()
  const sync = scanner.position
  if (scanner.isBad || sync + SYNC_BYTES > window.end) return undefined
  const schema = metadata.get('avro.schema')
  if (schema === undefined) throw notAvro('its header holds no schema')
  const header = {
    schema,
    codec: metadata.get('avro.codec') ?? 'null',
    sync: Buffer.from(window.bytes.subarray(sync, sync + SYNC_BYTES)),
  }
  window.at = sync + SYNC_BYTES
  return header
}

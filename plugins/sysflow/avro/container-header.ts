// SPDX-License-Identifier: Apache-2.0

import type { Fault } from '../../../core/errors/fault.js'
import { sysflowFault } from '../errors.js'
import { AvroScanner } from './avro-scanner.js'
import type { ByteWindow } from './byte-window.js'

export interface AvroFileHeader {
  readonly schema: string
  readonly codec: string
  readonly sync: Buffer
}

export const MAGIC = Buffer.from('Obj\x01', 'latin1')
export const SYNC_BYTES = 16

/** Reads the header of an Avro object container. If there is none, it throws a fault and does not move the window. */
export async function readHeader(window: ByteWindow): Promise<AvroFileHeader> {
  if (!(await window.has(1)) && window.offset === 0) throw sysflowFault('SFP_SYSFLOW_EMPTY')
  if (!(await startsWithMagic(window))) throw notAvroFault('it does not start with "Obj" and 1')
  for (;;) {
    const header = parseHeader(window)
    if (header) return header
    if (window.available >= MAX_HEADER_BYTES) throw notAvroFault(`its header has more than ${MAX_HEADER_BYTES} bytes`)
    // A growing file may have a complete header long before it has any estimated number of bytes, so the header is parsed after
    // each read.
    if (!(await window.has(window.available + 1))) throw notAvroFault('its header is damaged or incomplete')
  }
}

export async function startsWithMagic(window: ByteWindow): Promise<boolean> {
  return (await window.has(MAGIC.length)) && MAGIC.compare(window.bytes, window.position, window.position + MAGIC.length) === 0
}

const MAX_HEADER_BYTES = 1024 * 1024

const notAvroFault = (reason: string): Fault => sysflowFault('SFP_SYSFLOW_NOT_AVRO', { reason })

/** Undefined if the header is incomplete or invalid. */
function parseHeader(window: ByteWindow): AvroFileHeader | undefined {
  const scanner = new AvroScanner()
  scanner.begin(window.bytes.subarray(0, window.end))
  scanner.position = window.position + MAGIC.length
  const metadata = scanner.textMap()
  const sync = scanner.position
  if (scanner.isBad || sync + SYNC_BYTES > window.end) return undefined
  const schema = metadata.get('avro.schema')
  if (schema === undefined) throw notAvroFault('its header has no schema')
  const header = {
    schema,
    codec: metadata.get('avro.codec') ?? 'null',
    sync: Buffer.from(window.bytes.subarray(sync, sync + SYNC_BYTES)),
  }
  window.position = sync + SYNC_BYTES
  return header
}

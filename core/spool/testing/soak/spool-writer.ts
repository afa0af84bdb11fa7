// SPDX-License-Identifier: Apache-2.0

import { writeSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import type { Chunk, Transport } from '../../../contract/exporter.js'
import { NEVER_ABORTED } from '../../../contract/stage.js'
import { Fault } from '../../../errors/fault.js'
import { SpooledTransport } from '../../../exporter/delivery/spooled-transport.js'
import { chunkOfTexts } from '../../../exporter/testing/chunks.js'
import { DISK_FILES } from '../../disk-files.js'
import { Spool } from '../../spool.js'
import type { SyncPolicy } from '../../spool-settings.js'
import { recordNumber } from './numbered-records.js'

/**
 * A process for kill tests: `node spool-writer.js FOLDER PORT SYNC FROM RECORDS`. Sends numbered records from FROM on through a
 * spool to a port of this machine, and prints on standard output how far the spool guarantees them. Ends when the spool is empty
 * after RECORDS of them.
 */
const [folder = '', port = '', sync = '', from = '', records = ''] = process.argv.slice(2)

/** Sends a chunk, then its number of records; the chunk is safe once the other side repeats the number. */
class PortTransport implements Transport {
  readonly name = 'port'
  #socket: Socket | undefined

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', resolve)
      socket.on('error', error => reject(new Fault('SFP_EXPORT_TERMINAL', { reason: error.message }, { isTemporary: true })))
      this.#socket = socket
    })
  }

  send(chunk: Chunk): Promise<undefined> {
    return new Promise(resolve => {
      this.#socket?.once('data', () => resolve(undefined))
      this.#socket?.write(Buffer.concat([chunk.bytes, Buffer.from(`END ${chunk.length}\n`)]))
    })
  }

  async close(): Promise<void> {
    this.#socket?.destroy()
  }
}

const report = (word: string): number => writeSync(1, `${word}\n`)

const spool = new Spool(
  DISK_FILES,
  { folder, bytes: 512 * 1024, sync: sync as SyncPolicy, syncEvery: 5, whenFull: 'block' },
  fault => report(`REPORTED ${fault.code}`),
)
const settings = { retry: { seconds: 60, maxPauseSeconds: 1 }, drainSeconds: 60, readLimits: { records: 50, bytes: 8192 } }
const transport = new SpooledTransport(
  () => new PortTransport(),
  spool,
  settings,
  fault => report(`REPORTED ${fault.message}`),
  () => {},
)
await transport.open()
transport.begin()
report('OPEN')
const end = Number(from) + Number(records)
for (let next = Number(from); next < end; ) {
  const chunk = Array.from({ length: Math.min(1 + (next % 13), end - next) }, (_, index) => recordNumber(next + index))
  const outcome = await transport.send(chunkOfTexts(...chunk), NEVER_ABORTED)
  next += chunk.length - (outcome?.retryable.length ?? 0)
  report(`SAFE ${next - 1}`)
}
await transport.finish(NEVER_ABORTED)
await transport.close()
report(`DONE ${spool.statistics.waiting} ${spool.statistics.lost}`)

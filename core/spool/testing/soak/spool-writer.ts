// SPDX-License-Identifier: Apache-2.0
import { writeSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import type { Page, Transport } from '../../../contract/exporter.js'
import { Fault } from '../../../errors/fault.js'
import { SpooledTransport } from '../../../exporter/spooled.js'
import { DISK } from '../../disk-files.js'
import type { SyncPolicy } from '../../settings.js'
import { Spool } from '../../spool.js'
import { pageOf } from '../../../exporter/testing/pages.js'
import { recordNumber } from './numbered-records.js'

/**
 * A process that is to be killed: `node spool-writer.js FOLDER PORT SYNC FROM RECORDS`. Sends numbered records from FROM on
 * through a spool to a port of this machine, and says on standard output how far the spool has promised them. Ends when the
 * spool is empty after RECORDS of them.
 */
const [folder = '', port = '', sync = '', from = '', records = ''] = process.argv.slice(2)

/** Sends a page, then how many records it had; safe once the other side repeats the number. */
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

  send(page: Page): Promise<undefined> {
    return new Promise(resolve => {
      this.#socket?.once('data', () => resolve(undefined))
      this.#socket?.write(Buffer.concat([page.bytes, Buffer.from(`END ${page.length}\n`)]))
    })
  }

  async close(): Promise<void> {
    this.#socket?.destroy()
  }
}

const say = (word: string): number => writeSync(1, `${word}\n`)

const spool = new Spool(DISK, { folder, bytes: 512 * 1024, sync: sync as SyncPolicy, syncEvery: 5, whenFull: 'block' }, fault =>
  say(`TOLD ${fault.code}`),
)
const settings = { retry: { seconds: 60, longestPause: 1 }, drainSeconds: 60, atOnce: { records: 50, bytes: 8192 } }
const transport = new SpooledTransport(
  () => new PortTransport(),
  spool,
  settings,
  fault => say(`TOLD ${fault.message}`),
  () => {},
)
const never = new AbortController().signal
await transport.open()
transport.begin()
say('OPEN')
const end = Number(from) + Number(records)
for (let next = Number(from); next < end; ) {
  const page = Array.from({ length: Math.min(1 + (next % 13), end - next) }, (_, index) => recordNumber(next + index))
  const outcome = await transport.send(pageOf(...page), never)
  next += page.length - (outcome?.again.length ?? 0)
  say(`SAFE ${next - 1}`)
}
await transport.finish(never)
await transport.close()
say(`DONE ${spool.figures.waiting} ${spool.figures.lost}`)

// SPDX-License-Identifier: Apache-2.0
import { parentPort, workerData } from 'node:worker_threads'
import { type FaultData, packed } from '../../../../core/errors/fault-data.js'
import { reasonOf } from '../../../../core/errors/reason.js'
import { Intake } from './intake.js'
import { loadNative } from './native.js'
import { type PageMemory, PageWriter } from './pages.js'
import { listenAt, type SocketFile } from './socket-path.js'

/** What the thread is to do. */
export interface Task {
  readonly file: SocketFile
  readonly pages: PageMemory
}

/** What it tells the main thread, beside what is in the pages. */
export type News =
  /** `wake`: descriptor that the main thread writes to, to make it look whether it is to stop, and closes in the end. */
  | { readonly kind: 'listening'; readonly wake: number }
  | { readonly kind: 'failed'; readonly fault: FaultData }
  | { readonly kind: 'page' }
  | { readonly kind: 'not accepting'; readonly reason: string }

/** Makes the socket, then reads from it until it is told to stop; the file goes before the last messages are read. */
async function serve({ file, pages }: Task, post: (news: News) => void): Promise<void> {
  let remove = (): void => {}
  try {
    const native = await loadNative()
    const listening = listenAt(file, native)
    remove = listening.remove
    const wake = native.event()
    const writer = new PageWriter(pages, () => post({ kind: 'page' }))
    const intake = new Intake(native, writer, pages.longest, error => post({ kind: 'not accepting', reason: reasonOf(error) }))
    post({ kind: 'listening', wake })
    intake.run(listening.socket, wake, remove)
  } catch (error) {
    remove()
    post({ kind: 'failed', fault: packed(error) })
  }
}

if (parentPort) {
  const port = parentPort
  await serve(workerData, news => port.postMessage(news))
}

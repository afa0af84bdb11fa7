// SPDX-License-Identifier: Apache-2.0
import { parentPort, workerData } from 'node:worker_threads'
import { reasonOf } from '../../../../core/errors/reason.js'
import { type SerializedFault, serializeFault } from '../../../../core/errors/serialized-fault.js'
import { loadNativeSockets } from './native-sockets.js'
import { type RingMemory, RingWriter } from './page-ring.js'
import { listenAt, type SocketFile } from './socket-path.js'
import { SocketReceiver } from './socket-receiver.js'

/** Input of the socket thread. */
export interface SocketWorkerTask {
  readonly file: SocketFile
  readonly ring: RingMemory
}

/** Messages to the main thread, in addition to the pages. */
export type SocketWorkerMessage =
  /** `wakeDescriptor`: the main thread writes to it so that the worker checks the stop request, and closes it at the end. */
  | { readonly kind: 'listening'; readonly wakeDescriptor: number }
  | { readonly kind: 'failed'; readonly fault: SerializedFault }
  | { readonly kind: 'page' }
  | { readonly kind: 'not accepting'; readonly reason: string }

/** Creates the socket and reads from it until the stop request. The socket file is removed before the last messages are read. */
async function serve({ file, ring }: SocketWorkerTask, post: (message: SocketWorkerMessage) => void): Promise<void> {
  let remove = (): void => {}
  try {
    const native = await loadNativeSockets()
    const listeningSocket = listenAt(file, native)
    remove = listeningSocket.remove
    const wakeDescriptor = native.createEvent()
    const writer = new RingWriter(ring, () => post({ kind: 'page' }))
    const receiver = new SocketReceiver(native, writer, ring.maxMessageBytes, error =>
      post({ kind: 'not accepting', reason: reasonOf(error) }),
    )
    post({ kind: 'listening', wakeDescriptor })
    receiver.run(listeningSocket.socket, wakeDescriptor, remove)
  } catch (error) {
    remove()
    post({ kind: 'failed', fault: serializeFault(error) })
  }
}

if (parentPort) {
  const port = parentPort
  await serve(workerData, message => port.postMessage(message))
}

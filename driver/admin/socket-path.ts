// SPDX-License-Identifier: Apache-2.0
import { lstat, mkdir, unlink } from 'node:fs/promises'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { codeOf } from '../../core/errors/reason.js'

/** Creates the folder of a socket, and removes a socket that a killed process left behind. It removes nothing else. */
export async function prepareSocketPath(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const found = await lstat(path).catch(error => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  })
  if (!found) return
  if (!found.isSocket()) throw new Error('the path exists and is not a socket')
  if (await isInUse(path)) throw new Error('another process listens on it')
  await unlink(path)
}

const isInUse = (path: string): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(path)
    const settle = (inUse: boolean) => (): void => {
      socket.destroy()
      resolve(inUse)
    }
    socket.once('connect', settle(true))
    socket.once('error', error => settle(codeOf(error) !== 'ECONNREFUSED')())
  })

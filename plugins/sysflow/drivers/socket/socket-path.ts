// SPDX-License-Identifier: Apache-2.0

import { chmodSync, fchmodSync, lchownSync, lstatSync, mkdirSync, type Stats, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { Fault } from '../../../../core/errors/fault.js'
import { codeOf, reasonOf } from '../../../../core/errors/reason.js'
import { sysflowFault } from '../../errors.js'
import { MAX_PATH_BYTES, type NativeSockets } from './native-sockets.js'

/** Requested properties of the socket file. */
export interface SocketFile {
  readonly path: string
  /** Permission bits. */
  readonly mode: number
  /** Name or number; undefined: unchanged. */
  readonly owner: string | undefined
  readonly group: string | undefined
  /** Maximum number of pending connections. */
  readonly backlog: number
}

/** A listening socket and its file. */
export interface ListeningSocket {
  readonly socket: number
  /** Removes the file, unless another file has replaced it. */
  remove(): void
}

/**
 * Creates the socket, and its folder if the folder does not exist. A stale socket, on which no process listens, is replaced;
 * any other file is left unchanged. Throws a fault.
 */
export function listenAt(file: SocketFile, native: NativeSockets): ListeningSocket {
  const { path } = file
  const bytes = Buffer.byteLength(path)
  if (bytes > MAX_PATH_BYTES) throw sysflowFault('SFP_SOCKET_PATH_LENGTH', { bytes, most: MAX_PATH_BYTES }, { where: path })
  const [owner, group] = [idOf('user', file.owner, native), idOf('group', file.group, native)]
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    removeStaleSocket(path, native)
    return createListeningSocket(file, owner, group, native)
  } catch (error) {
    if (error instanceof Fault) throw error
    if (codeOf(error) === 'EADDRINUSE') throw sysflowFault('SFP_SOCKET_IN_USE', { path })
    throw sysflowFault('SFP_SOCKET_LISTEN', { path, reason: reasonOf(error, REASONS) }, { cause: error })
  }
}

/** Reasons why the folder could not be created, by error code. */
const REASONS = { EEXIST: 'a part of the path is not a directory' }

function createListeningSocket(
  { path, mode, backlog }: SocketFile,
  owner: number,
  group: number,
  native: NativeSockets,
): ListeningSocket {
  const socket = native.socket()
  let found: Stats | undefined
  const remove = (): void => {
    const now = statusOf(path)
    if (found && now && now.ino === found.ino && now.dev === found.dev) unlinkSync(path)
  }
  try {
    // The file gets the mode of the socket. With mode 0, no process can connect before `owner` and `mode` are set, whatever the
    // umask is.
    fchmodSync(socket, 0)
    native.bind(socket, path)
    found = lstatSync(path)
    if (owner >= 0 || group >= 0) lchownSync(path, owner >= 0 ? owner : found.uid, group >= 0 ? group : found.gid)
    chmodSync(path, mode)
    native.listen(socket, backlog)
  } catch (error) {
    native.close(socket)
    remove()
    throw error
  }
  return { socket, remove }
}

/** Removes the stale socket of a program that has ended. */
function removeStaleSocket(path: string, native: NativeSockets): void {
  const found = statusOf(path)
  if (!found) return
  if (!found.isSocket()) throw sysflowFault('SFP_SOCKET_NOT_A_SOCKET', { path, kind: kindOf(found) })
  const socket = native.socket()
  try {
    native.connect(socket, path)
  } catch (error) {
    if (codeOf(error) !== 'ECONNREFUSED') throw IN_USE.has(codeOf(error)) ? sysflowFault('SFP_SOCKET_IN_USE', { path }) : error
    unlinkSync(path)
    return
  } finally {
    native.close(socket)
  }
  throw sysflowFault('SFP_SOCKET_IN_USE', { path })
}

/** A process listens: its backlog is full, or its socket has another type. */
const IN_USE: ReadonlySet<string> = new Set(['EAGAIN', 'EPROTOTYPE'])

function statusOf(path: string): Stats | undefined {
  try {
    return lstatSync(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function kindOf(found: Stats): string {
  if (found.isFile()) return 'a file'
  if (found.isDirectory()) return 'a directory'
  return found.isSymbolicLink() ? 'a symbolic link' : 'not a socket'
}

/** -1: unchanged. */
function idOf(kind: 'user' | 'group', name: string | undefined, native: NativeSockets): number {
  if (name === undefined) return -1
  if (/^\d{1,9}$/.test(name)) return Number(name)
  const id = native.idOf(kind, name)
  if (id === undefined) throw sysflowFault('SFP_SOCKET_OWNER', { kind, name })
  return id
}

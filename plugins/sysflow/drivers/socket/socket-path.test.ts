// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Fault } from '../../../../core/errors/fault.js'
import { MessageSender } from '../../replay/message-sender.js'
import { loadNativeSockets } from './native-sockets.js'
import { listenAt, type SocketFile } from './socket-path.js'

const folder = mkdtempSync(join(tmpdir(), 'socket-path-'))
after(() => rmSync(folder, { recursive: true }))

const native = await loadNativeSockets().catch(() => undefined)
const SKIP = { skip: native ? false : 'sockets of this type need Linux and the package koffi' }

const at = (path: string, changes: Partial<SocketFile> = {}): SocketFile => ({
  path, mode: 0o660, owner: undefined, group: undefined, backlog: 4, ...changes,
}) // biome-ignore format: short

function open(file: SocketFile): { close(): void } {
  assert.ok(native)
  const { socket, remove } = listenAt(file, native)
  return {
    close() {
      remove()
      native.close(socket)
    },
  }
}

const refused = (file: SocketFile, code: string): void =>
  assert.throws(
    () => open(file),
    (error: unknown) => error instanceof Fault && error.code === code,
  )

/** True if a process answers. */
function answers(path: string): boolean {
  assert.ok(native)
  try {
    MessageSender.connect(native, path).close()
    return true
  } catch {
    return false
  }
}

test('a missing folder is created for the user only, and the socket has the configured mode, for any umask', SKIP, () => {
  const path = join(folder, 'made', 'deeper', 'a.sock')
  const before = process.umask(0o077)
  try {
    const listening = open(at(path, { mode: 0o666 }))
    assert.equal(statSync(join(folder, 'made')).mode & 0o777, 0o700)
    assert.equal(statSync(join(folder, 'made', 'deeper')).mode & 0o777, 0o700)
    assert.equal(lstatSync(path).mode & 0o777, 0o666)
    assert.ok(answers(path))
    listening.close()
    process.umask(0)
    const open660 = open(at(path))
    assert.equal(lstatSync(path).mode & 0o777, 0o660)
    open660.close()
  } finally {
    process.umask(before)
  }
})

test('the socket is removed at the end, but not one that another program has created in its place', SKIP, () => {
  const path = join(folder, 'removed.sock')
  const first = open(at(path))
  renameSync(path, join(folder, 'moved.sock'))
  const second = open(at(path))
  first.close()
  assert.ok(answers(path))
  second.close()
  assert.equal(existsSync(path), false)
})

test('check 19: other files are not replaced: a file, a folder, a link to a socket', SKIP, () => {
  const file = join(folder, 'file')
  writeFileSync(file, 'precious')
  refused(at(file), 'SFP_SOCKET_NOT_A_SOCKET')
  assert.equal(readFileSync(file, 'utf8'), 'precious')
  const inner = join(folder, 'inner')
  mkdirSync(inner)
  writeFileSync(join(inner, 'kept'), '')
  refused(at(inner), 'SFP_SOCKET_NOT_A_SOCKET')
  assert.ok(existsSync(join(inner, 'kept')))
  const target = join(folder, 'target.sock')
  const link = join(folder, 'link.sock')
  const listening = open(at(target))
  symlinkSync(target, link)
  refused(at(link), 'SFP_SOCKET_NOT_A_SOCKET')
  assert.ok(lstatSync(link).isSymbolicLink() && answers(target))
  listening.close()
})

test('a socket without a listener is replaced', SKIP, () => {
  assert.ok(native)
  const path = join(folder, 'stale.sock')
  const { socket } = listenAt(at(path), native)
  native.close(socket)
  assert.ok(existsSync(path) && !answers(path))
  const listening = open(at(path))
  assert.ok(answers(path))
  listening.close()
})

test('a socket with a listener is not removed, whatever its type, even if its backlog is full', SKIP, async () => {
  assert.ok(native)
  const path = join(folder, 'live.sock')
  const listening = open(at(path, { backlog: 1 }))
  refused(at(path), 'SFP_SOCKET_IN_USE')
  assert.ok(answers(path))
  const waiting: MessageSender[] = []
  while (waiting.length < 10) {
    try {
      waiting.push(MessageSender.connect(native, path))
    } catch {
      break
    }
  }
  assert.ok(waiting.length < 10)
  refused(at(path), 'SFP_SOCKET_IN_USE')
  for (const sender of waiting) sender.close()
  listening.close()

  const stream = join(folder, 'stream.sock')
  const server = createServer().listen(stream)
  await new Promise(resolve => server.once('listening', resolve))
  refused(at(stream), 'SFP_SOCKET_IN_USE')
  assert.ok(existsSync(stream))
  server.close()
})

test('a path that the kernel would truncate is refused', SKIP, () => {
  const path = join(folder, 'x'.repeat(108 - Buffer.byteLength(folder) - 1))
  assert.equal(Buffer.byteLength(path), 108)
  refused(at(path), 'SFP_SOCKET_PATH_LENGTH')
  open(at(path.slice(0, -1))).close()
  refused(at(join(folder, 'é'.repeat(50))), 'SFP_SOCKET_PATH_LENGTH')
})

test('owner and group are names known to the system, or numbers', SKIP, () => {
  assert.ok(native)
  assert.equal(native.idOf('user', 'root'), 0)
  assert.equal(native.idOf('group', 'root'), 0)
  refused(at(join(folder, 'owned.sock'), { owner: 'nobody-of-that-name' }), 'SFP_SOCKET_OWNER')
  refused(at(join(folder, 'owned.sock'), { group: 'no-group-of-that-name' }), 'SFP_SOCKET_OWNER')
  assert.equal(existsSync(join(folder, 'owned.sock')), false)
  const { uid, gid } = statSync(folder)
  open(at(join(folder, 'owned.sock'), { owner: `${uid}`, group: `${gid}` })).close()
})

test('a socket can be given to another user', { skip: SKIP.skip || (process.getuid?.() === 0 ? false : 'only root may') }, () => {
  assert.ok(native)
  const daemon = native.idOf('user', 'daemon')
  const path = join(folder, 'given.sock')
  const listening = open(at(path, { owner: 'daemon', group: '4242' }))
  assert.deepEqual([lstatSync(path).uid, lstatSync(path).gid], [daemon, 4242])
  listening.close()
})

test('a folder that cannot be written to is reported with the reason', SKIP, () => {
  writeFileSync(join(folder, 'no-folder'), '')
  assert.throws(
    () => open(at(join(folder, 'no-folder', 'a.sock'))),
    (error: unknown) =>
      error instanceof Fault && error.code === 'SFP_SOCKET_LISTEN' && /a part of the path is not a directory/.test(error.message),
  )
})

// SPDX-License-Identifier: Apache-2.0
import { memoizeByBitmap, operationNames } from './flags.js'

/** The system calls that the collector combines under each operation name. */
const SYSTEM_CALLS: Readonly<Record<string, readonly string[]>> = {
  MKDIR: ['mkdir', 'mkdirat'],
  RMDIR: ['rmdir'],
  LINK: ['link', 'linkat'],
  SYMLINK: ['symlink', 'symlinkat'],
  UNLINK: ['unlink', 'unlinkat'],
  RENAME: ['rename', 'renameat', 'renameat2'],
  CLONE: ['clone', 'clone3', 'fork', 'vfork'],
  EXEC: ['execve', 'execveat'],
  EXIT: ['exit', 'exit_group', 'procexit'],
  SETUID: ['setuid', 'setreuid', 'setresuid'],
  OPEN: ['open', 'openat', 'openat2', 'creat'],
  ACCEPT: ['accept', 'accept4'],
  CONNECT: ['connect'],
  CLOSE: ['close'],
  READ: ['read', 'pread', 'readv', 'preadv'],
  RECV: ['read', 'readv', 'recv', 'recvfrom', 'recvmsg', 'recvmmsg'],
  WRITE: ['write', 'pwrite', 'writev', 'pwritev'],
  SEND: ['write', 'writev', 'send', 'sendto', 'sendmsg', 'sendmmsg'],
  SETNS: ['setns'],
  MMAP: ['mmap', 'mmap2'],
  SHUTDOWN: ['shutdown'],
}

const namesAndCalls = (isNetworkFlow: boolean) => (bitmap: number) => {
  const names = operationNames(bitmap, isNetworkFlow)
  return [...new Set([...names, ...names.flatMap(name => SYSTEM_CALLS[name] ?? [])])]
}

const networkSystemCalls = memoizeByBitmap(namesAndCalls(true))
const otherSystemCalls = memoizeByBitmap(namesAndCalls(false))

/** Operation names as in `sf.opflags`, followed by system calls. */
export const systemCalls = (bitmap: number, isNetworkFlow: boolean): readonly string[] =>
  (isNetworkFlow ? networkSystemCalls : otherSystemCalls)(bitmap)

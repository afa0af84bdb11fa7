// SPDX-License-Identifier: Apache-2.0

import { endianness } from 'node:os'
import type Koffi from 'koffi'
import { messageOf } from '../../../../core/errors/reason.js'
import { sysflowFault } from '../../errors.js'
import { SystemCallError } from './system-call-error.js'

/**
 * Sockets of type SOCK_SEQPACKET, which Node.js does not support. The methods call the C library that the process has already
 * loaded. They run in the calling thread, and block it only where documented. The sockets are not inherited by child processes.
 */
export class NativeSockets {
  readonly #koffi: typeof Koffi
  readonly #calls: LibraryCalls

  constructor(koffi: typeof Koffi) {
    this.#koffi = koffi
    this.#calls = libraryCallsOf(koffi)
  }

  /**
   * Creates a socket that is neither listening nor connected. Its calls do not block. This method and the following ones throw
   * a SystemCallError.
   */
  socket(): number {
    return this.#checked('socket', this.#calls.socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
  }

  bind(socket: number, path: string): void {
    const address = addressOf(path)
    this.#checked('bind', this.#calls.bind(socket, address, address.length))
  }

  listen(socket: number, backlog: number): void {
    this.#checked('listen', this.#calls.listen(socket, backlog))
  }

  connect(socket: number, path: string): void {
    const address = addressOf(path)
    this.#checked('connect', this.#calls.connect(socket, address, address.length))
  }

  /** Returns the next pending connection, or undefined if there is none. */
  accept(listener: number): number | undefined {
    const socket = this.#calls.accept4(listener, null, null, SOCK_NONBLOCK | SOCK_CLOEXEC)
    if (socket >= 0) return socket
    return this.#isTransient(NOTHING_TO_ACCEPT) ? undefined : this.#fail('accept4')
  }

  /**
   * Receives pending messages into `vector` and returns their number. 0: none is pending. A message of 0 bytes is the end of
   * the connection.
   */
  receive(socket: number, vector: MessageVector): number {
    const count = this.#calls.recvmmsg(socket, vector.headers, vector.capacity, MSG_DONTWAIT | MSG_TRUNC, null)
    if (count >= 0) return count
    return this.#isTransient(NOTHING_READY) ? 0 : this.#fail('recvmmsg')
  }

  /** Sends the first `count` messages of `vector` and returns how many the kernel accepted. 0: there is no room now. */
  send(socket: number, vector: MessageVector, count: number): number {
    const sent = this.#calls.sendmmsg(socket, vector.headers, count, MSG_DONTWAIT | MSG_NOSIGNAL)
    if (sent >= 0) return sent
    return this.#isTransient(NOTHING_READY) ? 0 : this.#fail('sendmmsg')
  }

  /** Blocks until one of the sockets is ready, or for `milliseconds`; -1: without limit. */
  poll(set: PollSet, milliseconds: number): void {
    if (this.#calls.poll(set.entries, set.length, milliseconds) < 0 && !this.#isTransient(NOTHING_READY)) this.#fail('poll')
  }

  /** `receive`: the peer can send nothing more; bytes that it has sent can still be read. `send`: the peer sees the end. */
  shutdown(socket: number, side: 'receive' | 'send'): void {
    this.#checked('shutdown', this.#calls.shutdown(socket, side === 'receive' ? SHUT_RD : SHUT_WR))
  }

  close(socket: number): void {
    this.#calls.close(socket)
  }

  /** Creates a descriptor for `poll`. It is readable after eight bytes that are not all zero have been written to it. */
  createEvent(): number {
    return this.#checked('eventfd', this.#calls.eventfd(0, SOCK_NONBLOCK | SOCK_CLOEXEC))
  }

  /** Numeric id of a user or group; undefined if the name is unknown. */
  idOf(kind: 'user' | 'group', name: string): number | undefined {
    const entry = kind === 'user' ? this.#calls.getpwnam(name) : this.#calls.getgrnam(name)
    return entry ? this.#koffi.decode(entry, ID_OFFSET, 'uint32_t') : undefined
  }

  /** A message vector over `bytes`. The memory of `bytes` must not move, so `bytes` must not be a view of a small array. */
  vector(capacity: number, bytes: Uint8Array): MessageVector {
    return new MessageVector(capacity, array => BigInt(this.#koffi.address(array)), bytes)
  }

  #checked(call: string, result: number): number {
    return result < 0 ? this.#fail(call) : result
  }

  #isTransient(codes: readonly string[]): boolean {
    const errno = this.#koffi.errno()
    return codes.some(code => this.#koffi.os.errno[code] === errno)
  }

  #fail(call: string): never {
    throw new SystemCallError(call, this.#koffi.errno())
  }
}

/** Loads the package koffi. Throws a fault if koffi is missing or the platform is not supported. */
export async function loadNativeSockets(): Promise<NativeSockets> {
  if (process.platform !== 'linux' || !ARCHITECTURES.has(process.arch) || endianness() !== 'LE')
    throw sysflowFault('SFP_SOCKET_PLATFORM', { platform: `${process.platform} ${process.arch}` })
  try {
    return new NativeSockets((await import('koffi')).default)
  } catch (error) {
    throw sysflowFault('SFP_SOCKET_KOFFI', { reason: messageOf(error).split('\n')[0] ?? '' }, { cause: error })
  }
}

/** The constants and struct layouts below are valid on these architectures. */
const ARCHITECTURES: ReadonlySet<string> = new Set(['x64', 'arm64', 'riscv64', 'loong64'])

/**
 * Buffers of several messages, as recvmmsg and sendmmsg take them: per message a header of 64 bytes and one pair of address and
 * length.
 */
export class MessageVector {
  readonly headers: Int32Array
  readonly #parts: BigUint64Array
  readonly #addressOf: (array: Uint8Array | BigUint64Array) => bigint
  /** This reference keeps the bytes alive; the kernel has only their address. */
  #bytes: Uint8Array
  #address: bigint

  constructor(
    readonly capacity: number,
    addressOf: (array: Uint8Array | BigUint64Array) => bigint,
    bytes: Uint8Array,
  ) {
    this.#addressOf = addressOf
    const headers = new BigUint64Array(capacity * (HEADER_BYTES / 8))
    this.#parts = new BigUint64Array(capacity * 2)
    const parts = addressOf(this.#parts)
    for (let message = 0; message < capacity; message++) {
      headers[message * (HEADER_BYTES / 8) + 2] = parts + BigInt(message * 16)
      headers[message * (HEADER_BYTES / 8) + 3] = 1n
    }
    this.headers = new Int32Array(headers.buffer)
    this.#bytes = bytes
    this.#address = addressOf(bytes)
  }

  /** Replaces the buffer to which the offsets of `assign` refer. */
  useBuffer(bytes: Uint8Array): void {
    if (bytes === this.#bytes) return
    this.#bytes = bytes
    this.#address = this.#addressOf(bytes)
  }

  /** Assigns `length` bytes at offset `at` to message `message`. */
  assign(message: number, at: number, length: number): void {
    this.#parts[message * 2] = this.#address + BigInt(at)
    this.#parts[message * 2 + 1] = BigInt(length)
  }

  /** Length in bytes of a received message as it was sent; the buffer may have held fewer. */
  lengthOf(message: number): number {
    return this.headers[message * (HEADER_BYTES / 4) + LENGTH_WORD] as number
  }
}

/**
 * struct mmsghdr: name, length of the name, buffers, number of buffers, control data, length of the control data, flags, bytes
 * sent or received.
 */
const HEADER_BYTES = 64
/** Index of the last field, in 32-bit words. */
const LENGTH_WORD = 14

/** The set of descriptors and events for `poll`. */
export class PollSet {
  readonly entries: Int32Array
  readonly #halves: Int16Array
  length = 0

  constructor(capacity: number) {
    this.entries = new Int32Array(Math.max(capacity, 16) * 2)
    this.#halves = new Int16Array(this.entries.buffer)
  }

  add(socket: number, kind: 'readable' | 'writable'): void {
    this.entries[this.length * 2] = socket
    this.#halves[this.length * 4 + 2] = kind === 'readable' ? POLLIN : POLLOUT
    this.#halves[this.length * 4 + 3] = 0
    this.length++
  }

  clear(): void {
    this.length = 0
  }

  get isAnyReady(): boolean {
    for (let index = 0; index < this.length; index++) if (this.isReady(index)) return true
    return false
  }

  /** After `poll`: the descriptor is ready, or broken; the next call reports which. */
  isReady(index: number): boolean {
    return this.#halves[index * 4 + 3] !== 0
  }
}

/** Maximum length of a path in a socket address, in bytes; the last byte remains zero. */
export const MAX_PATH_BYTES = 107

function addressOf(path: string): Uint8Array {
  const address = Buffer.alloc(2 + MAX_PATH_BYTES + 1)
  address.writeUInt16LE(AF_UNIX)
  address.write(path, 2)
  return address
}

interface LibraryCalls {
  socket(domain: number, type: number, protocol: number): number
  bind(socket: number, address: Uint8Array, length: number): number
  listen(socket: number, backlog: number): number
  connect(socket: number, address: Uint8Array, length: number): number
  accept4(socket: number, address: null, length: null, flags: number): number
  recvmmsg(socket: number, headers: Int32Array, count: number, flags: number, timeout: null): number
  sendmmsg(socket: number, headers: Int32Array, count: number, flags: number): number
  poll(entries: Int32Array, count: number, milliseconds: number): number
  shutdown(socket: number, side: number): number
  close(socket: number): number
  eventfd(value: number, flags: number): number
  getpwnam(name: string): unknown
  getgrnam(name: string): unknown
}

function libraryCallsOf(koffi: typeof Koffi): LibraryCalls {
  const library = koffi.load(null)
  return {
    socket: library.func('int socket(int domain, int type, int protocol)'),
    bind: library.func('int bind(int socket, const void *address, unsigned int length)'),
    listen: library.func('int listen(int socket, int backlog)'),
    connect: library.func('int connect(int socket, const void *address, unsigned int length)'),
    accept4: library.func('int accept4(int socket, void *address, void *length, int flags)'),
    recvmmsg: library.func('int recvmmsg(int socket, void *headers, unsigned int count, int flags, void *patience)'),
    sendmmsg: library.func('int sendmmsg(int socket, void *headers, unsigned int count, int flags)'),
    poll: library.func('int poll(void *entries, unsigned long count, int milliseconds)'),
    shutdown: library.func('int shutdown(int socket, int side)'),
    close: library.func('int close(int socket)'),
    eventfd: library.func('int eventfd(unsigned int value, int flags)'),
    getpwnam: library.func('void *getpwnam(const char *name)'),
    getgrnam: library.func('void *getgrnam(const char *name)'),
  }
}

const AF_UNIX = 1
const SOCK_SEQPACKET = 5
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const MSG_TRUNC = 0x20
const MSG_DONTWAIT = 0x40
const MSG_NOSIGNAL = 0x4000
const SHUT_RD = 0
const SHUT_WR = 1
const POLLIN = 1
const POLLOUT = 4
/** Offset of the id in struct passwd and struct group: after the pointers to name and password. */
const ID_OFFSET = 16

const NOTHING_READY = ['EAGAIN', 'EINTR']
/** ECONNABORTED: the connection closed before it was accepted. */
const NOTHING_TO_ACCEPT = [...NOTHING_READY, 'ECONNABORTED']

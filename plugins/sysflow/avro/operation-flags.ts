// SPDX-License-Identifier: Apache-2.0

/** Operation flags of the wire format: an event has one bit, a flow several. */
export const OPERATION = {
  clone: 1,
  exec: 2,
  exit: 4,
  setuid: 8,
  setns: 16,
  accept: 32,
  connect: 64,
  open: 128,
  /** Receive, in a network flow. */
  read: 256,
  /** Send, in a network flow. */
  write: 512,
  close: 1024,
  /** The flow had not ended when the record was written. */
  truncate: 2048,
  shutdown: 4096,
  mmap: 8192,
  /** A long flow, written in parts. */
  digest: 16384,
  mkdir: 32768,
  rmdir: 65536,
  link: 131072,
  unlink: 262144,
  symlink: 524288,
  rename: 1048576,
} as const

// SPDX-License-Identifier: Apache-2.0
import type { FaultText } from '../fault-text.js'

export const SOCKET_FAULTS = {
  SFP_SOCKET_PLATFORM: {
    what: 'sockets of type SOCK_SEQPACKET are not supported on {platform}',
    hint: 'run it on Linux with 64 bits; trace files are read everywhere',
  },
  SFP_SOCKET_KOFFI: {
    what: 'the package koffi, which makes sockets of type SOCK_SEQPACKET, cannot be loaded: {reason}',
    hint: 'npm install koffi',
  },
  SFP_SOCKET_PATHS: {
    what: 'a socket has one path, and {count} were given',
    hint: 'give one path; several collectors may connect to the same socket',
  },
  SFP_SOCKET_PATH_LENGTH: {
    what: 'the path of the socket takes {bytes} bytes, and the kernel allows {most}',
    hint: 'choose a shorter path, or one relative to the current directory',
  },
  SFP_SOCKET_NOT_A_SOCKET: {
    what: '"{path}" exists and is {kind}, which is not removed',
    hint: 'choose another path, or move what is there out of the way',
  },
  SFP_SOCKET_IN_USE: {
    what: 'somebody listens on "{path}" already',
    hint: 'end the other program, or choose another path',
  },
  SFP_SOCKET_LISTEN: {
    what: 'cannot listen on "{path}": {reason}',
    hint: 'this user must be allowed to write to the folder, and to give the file away where "owner" or "group" are set',
  },
  SFP_SOCKET_MODE: { what: '"{mode}" is no file mode', hint: 'write it in octal digits: "0660"' },
  SFP_SOCKET_OWNER: { what: 'there is no {kind} "{name}"', hint: 'give a name that the system knows, or a number' },
  SFP_SOCKET_OVERSIZED: {
    what: 'a message of {bytes} bytes is longer than "message.max" ({most})',
    hint: 'it was dropped and counted; everything else was read',
  },
  SFP_SOCKET_VERSION: {
    what: 'a header names format version {version}, which is not known',
    hint: 'its records are read as those of the newest version; set "schema.version" if that is wrong',
  },
  SFP_SOCKET_ACCEPT: {
    what: 'connections cannot be accepted for now: {reason}',
    hint: 'those that wait are accepted as soon as it works again',
  },
  SFP_SOCKET_THREAD: {
    what: 'the thread that reads the socket has failed: {reason}',
    hint: 'what it had read before was passed on. Start again, and report this if it comes back',
  },
  SFP_REPLAY_CONNECT: {
    what: 'cannot connect to "{path}": {reason}',
    hint: 'start the program that listens there; replay waits {seconds} s for it',
  },
  SFP_REPLAY_SEND: {
    what: 'the connection broke after {sent} messages: {reason}',
    hint: 'was the other side stopped? Start it again and repeat the replay',
  },
  SFP_REPLAY_OPTION: { what: '-{option} "{value}" is not {expected}', hint: 'see sfprocessor replay -h' },
  SFP_REPLAY_EMPTY: { what: 'the traces hold no records', hint: 'give traces with records' },
} as const satisfies Record<string, FaultText>

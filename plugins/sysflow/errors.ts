// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../core/contract/error-catalogue.js'
import { defineErrors } from '../../core/errors/fault.js'

export const SYSFLOW_ERRORS = {
  SFP_SYSFLOW_EMPTY: { what: 'the file is empty', hint: 'a trace begins with an Avro header; was it written to the end?' },
  SFP_SYSFLOW_NOT_AVRO: {
    what: 'not an Avro object container: {reason}',
    hint: 'a SysFlow trace begins with the bytes "Obj" and 1; compressed archives must be unpacked first',
    causes: ['The file is compressed as a whole (gzip, zip).', 'It is a log or a trace of another program.'],
  },
  SFP_SYSFLOW_CODEC: { what: 'the codec "{codec}" is not known', hint: 'rewrite the trace with one of {known}' },
  SFP_SYSFLOW_SCHEMA: {
    what: 'not a SysFlow schema: {reason}',
    hint: 'the file was written for other records, or its header is damaged',
  },
  SFP_SYSFLOW_DAMAGED: {
    what: 'damaged block: {reason}',
    hint: 'read on after {skipped} skipped bytes. The damaged part is lost; everything else was read',
    causes: ['The disk or a transfer has changed bytes. Other copies of the trace may be whole.'],
  },
  SFP_SYSFLOW_CUT: {
    what: 'the file ends within a block: {reason}',
    hint: 'everything before was read; was it written to the end?',
    causes: [
      'The collector still writes it: read a growing file with the driver\'s "follow".',
      'The disk was full, or the copy broke off.',
    ],
  },
  SFP_SYSFLOW_UNDECODABLE: {
    what: 'record {record} of {count} in this block does not decode ({reason})',
    hint: 'the {lost} records from there to the end of the block are lost',
  },
  SFP_SYSFLOW_SURPLUS: {
    what: 'the block says that it holds {count} records, but {bytes} bytes follow them',
    hint: 'these bytes are not read',
  },
  SFP_SYSFLOW_OVERSIZED: {
    what: 'a message of {bytes} bytes is longer than {most}',
    hint: 'it was dropped and counted; everything else was read',
  },
  SFP_SYSFLOW_VERSION: {
    what: 'a header names format version {version}, which is not known',
    hint: 'its records are read as those of the newest version',
  },
  SFP_READER_UNKNOWN_HANDLER: {
    what: 'there is no handler "{name}"',
    hint: 'did you mean "{nearest}"? Known: {known}',
  },
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
    what: 'another program already listens on "{path}"',
    hint: 'end the other program, or choose another path',
    causes: ['Another sfprocessor serves the same socket.'],
  },
  SFP_SOCKET_LISTEN: {
    what: 'cannot listen on "{path}": {reason}',
    hint: 'this user must be allowed to write to the folder, and to give the file away where "owner" or "group" are set',
    causes: ['The folder belongs to root, and this process does not run as root.'],
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
  SFP_SCENARIO_UNREADABLE: {
    what: 'the scenario cannot be read: {detail}',
    hint: 'give the path of a YAML file of at most 16 MB',
  },
  SFP_SCENARIO_UNWRITABLE: {
    what: 'the trace cannot be written: {detail}',
    hint: 'give a path in a directory that you may write to',
  },
  SFP_SCENARIO_SYNTAX: { what: 'invalid YAML: {detail}', hint: '' },
  SFP_SCENARIO_ALIAS: { what: 'a scenario has no anchors and aliases', hint: 'write the value out, or use "repeat"' },
  SFP_SCENARIO_SHAPE: { what: '{section} must be {expected}', hint: 'see docs/scenarios.md' },
  SFP_SCENARIO_UNKNOWN_KEY: {
    what: '"{key}" means nothing in {section}',
    hint: 'did you mean "{nearest}"? known here: {known}',
  },
  SFP_SCENARIO_MISSING_KEY: { what: '{section} lacks "{key}"', hint: 'see docs/scenarios.md' },
  SFP_SCENARIO_VALUE: { what: '"{key}" must be {expected}, and "{value}" is not', hint: '' },
  SFP_SCENARIO_UNKNOWN_NAME: {
    what: 'no {kind} is called "{name}"',
    hint: 'did you mean "{nearest}"? declared {kind} names: {known}',
  },
  SFP_SCENARIO_VERB: { what: 'an event does one thing, and this one {detail}', hint: 'an event is one of: {known}' },
  SFP_SCENARIO_PARENT_CYCLE: { what: 'process "{name}" would be its own ancestor', hint: 'leave out one "parent"' },
  SFP_SCENARIO_NOT_RUNNING: {
    what: 'process "{name}" is not running at this time',
    hint: 'spawn it first, in the order of time',
  },
  SFP_SCENARIO_BACKWARDS: {
    what: '"at: {value}" lies before the event above it',
    hint: 'events are written in the order of time',
  },
  SFP_SCENARIO_TOO_LATE: {
    what: 'this would happen after the year 2252, and clocks end soon after',
    hint: 'repeat less often, or shorter',
  },
  SFP_SCENARIO_VARIANTS: {
    what: 'the scenario has variants, and none is called "{name}"',
    hint: 'choose one of: {known}',
  },
} as const satisfies ErrorCatalogue

export type SysflowErrorCode = keyof typeof SYSFLOW_ERRORS

/** Creates a fault with one of the codes above. */
export const sysflowFault = defineErrors(SYSFLOW_ERRORS)

// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../core/contract/error-catalogue.js'
import { defineErrors } from '../../core/errors/fault.js'

export const SYSFLOW_ERRORS = {
  SFP_SYSFLOW_EMPTY: {
    what: 'the file is empty',
    hint: 'a trace starts with an Avro header; check that the file was written completely',
  },
  SFP_SYSFLOW_NOT_AVRO: {
    what: 'not an Avro container file: {reason}',
    hint: 'a SysFlow trace starts with the bytes "Obj" and 1; unpack compressed archives first',
    causes: ['The file is compressed as a whole (gzip, zip).', 'The file is a log or a trace of another program.'],
  },
  SFP_SYSFLOW_CODEC: { what: 'unknown codec "{codec}"', hint: 'write the trace with one of {known}' },
  SFP_SYSFLOW_SCHEMA: {
    what: 'not a SysFlow schema: {reason}',
    hint: 'the file has other records, or its header is damaged',
  },
  SFP_SYSFLOW_DAMAGED: {
    what: 'damaged block: {reason}',
    hint: '{skipped} bytes were skipped. The damaged part is lost; everything else was read',
    causes: ['The disk or a transfer changed bytes. Another copy of the trace may be intact.'],
  },
  SFP_SYSFLOW_CUT: {
    what: 'the file ends within a block: {reason}',
    hint: 'the part before it was read; check that the file was written completely',
    causes: [
      'The collector still writes the file: use the driver setting "follow".',
      'The disk was full, or the copy is incomplete.',
    ],
  },
  SFP_SYSFLOW_UNDECODABLE: {
    what: 'cannot decode record {record} of {count} in this block ({reason})',
    hint: 'the {lost} records from there to the end of the block are lost',
  },
  SFP_SYSFLOW_SURPLUS: {
    what: 'the block claims {count} records, but {bytes} bytes follow them',
    hint: 'these bytes are not read',
  },
  SFP_SYSFLOW_OVERSIZED: {
    what: 'a message of {bytes} bytes exceeds the limit of {most}',
    hint: 'it was dropped and counted; everything else was read',
  },
  SFP_SYSFLOW_VERSION: {
    what: 'unknown format version {version} in a header',
    hint: 'its records are read in the newest format version',
  },
  SFP_READER_UNKNOWN_HANDLER: {
    what: 'unknown handler "{name}"',
    hint: 'did you mean "{nearest}"? Known: {known}',
  },
  SFP_SOCKET_PLATFORM: {
    what: 'sockets of type SOCK_SEQPACKET are not supported on {platform}',
    hint: 'use 64-bit Linux; trace files can be read on all platforms',
  },
  SFP_SOCKET_KOFFI: {
    what: 'cannot load the package koffi, which is required for SOCK_SEQPACKET sockets: {reason}',
    hint: 'run: npm install koffi',
  },
  SFP_SOCKET_PATHS: {
    what: 'the socket driver needs exactly one path, not {count}',
    hint: 'use one path; several collectors can connect to the same socket',
  },
  SFP_SOCKET_PATH_LENGTH: {
    what: 'the socket path has {bytes} bytes; the kernel allows {most}',
    hint: 'use a shorter path, or one relative to the current directory',
  },
  SFP_SOCKET_NOT_A_SOCKET: {
    what: '"{path}" already exists and is {kind}; it is not removed',
    hint: 'use another path, or move the existing file',
  },
  SFP_SOCKET_IN_USE: {
    what: 'another program already listens on "{path}"',
    hint: 'stop the other program, or use another path',
    causes: ['Another sfprocessor uses the same socket.'],
  },
  SFP_SOCKET_LISTEN: {
    what: 'cannot listen on "{path}": {reason}',
    hint: 'this user needs write permission in the directory; "owner" and "group" also need the permission to change the owner',
    causes: ['The directory belongs to root, and this process does not run as root.'],
  },
  SFP_SOCKET_MODE: { what: 'invalid file mode "{mode}"', hint: 'use octal digits, for example "0660"' },
  SFP_SOCKET_OWNER: { what: 'unknown {kind} "{name}"', hint: 'use an existing name or a number' },
  SFP_SOCKET_OVERSIZED: {
    what: 'a message of {bytes} bytes exceeds "message.max" ({most})',
    hint: 'it was dropped and counted; everything else was read',
  },
  SFP_SOCKET_VERSION: {
    what: 'unknown format version {version} in a header',
    hint: 'its records are read in the newest format version; set "schema.version" if that is wrong',
  },
  SFP_SOCKET_ACCEPT: {
    what: 'cannot accept connections: {reason}',
    hint: 'pending connections are accepted later',
  },
  SFP_SOCKET_THREAD: {
    what: 'the socket reader thread failed: {reason}',
    hint: 'records read before are processed. Restart the program; report the error if it occurs again',
  },
  SFP_REPLAY_CONNECT: {
    what: 'cannot connect to "{path}": {reason}',
    hint: 'start the program that listens on the socket; replay waits {seconds} s for it',
  },
  SFP_REPLAY_SEND: {
    what: 'connection lost after {sent} messages: {reason}',
    hint: 'check whether the receiver stopped; start it again and repeat the replay',
  },
  SFP_REPLAY_OPTION: { what: '-{option} "{value}" is not {expected}', hint: 'see sfprocessor replay -h' },
  SFP_REPLAY_EMPTY: { what: 'the traces have no records', hint: 'use traces with records' },
  SFP_SCENARIO_UNREADABLE: {
    what: 'cannot read the scenario: {detail}',
    hint: 'use a YAML file of at most 16 MB',
  },
  SFP_SCENARIO_UNWRITABLE: {
    what: 'cannot write the trace: {detail}',
    hint: 'use a path in a writable directory',
  },
  SFP_SCENARIO_SYNTAX: { what: 'invalid YAML: {detail}', hint: '' },
  SFP_SCENARIO_ALIAS: { what: 'scenarios do not support anchors and aliases', hint: 'repeat the value, or use "repeat"' },
  SFP_SCENARIO_SHAPE: { what: '{section} must be {expected}', hint: 'see docs/scenarios.md' },
  SFP_SCENARIO_UNKNOWN_KEY: {
    what: 'unknown key "{key}" in {section}',
    hint: 'did you mean "{nearest}"? Known: {known}',
  },
  SFP_SCENARIO_MISSING_KEY: { what: '{section} has no "{key}"', hint: 'see docs/scenarios.md' },
  SFP_SCENARIO_VALUE: { what: '"{key}" must be {expected}, not "{value}"', hint: '' },
  SFP_SCENARIO_UNKNOWN_NAME: {
    what: 'unknown {kind} "{name}"',
    hint: 'did you mean "{nearest}"? Declared {kind} names: {known}',
  },
  SFP_SCENARIO_VERB: { what: 'an event must have exactly one action, but this one {detail}', hint: 'actions: {known}' },
  SFP_SCENARIO_PARENT_CYCLE: { what: 'process "{name}" would be its own ancestor', hint: 'leave out one "parent"' },
  SFP_SCENARIO_NOT_RUNNING: {
    what: 'process "{name}" is not running at this time',
    hint: 'spawn it earlier',
  },
  SFP_SCENARIO_BACKWARDS: {
    what: '"at: {value}" is before the previous event',
    hint: 'write events in chronological order',
  },
  SFP_SCENARIO_TOO_LATE: {
    what: 'the time of this event is after the year 2252, the limit of timestamps',
    hint: 'repeat less often, or use shorter times',
  },
  SFP_SCENARIO_VARIANTS: {
    what: 'unknown variant "{name}" of the scenario',
    hint: 'use one of: {known}',
  },
} as const satisfies ErrorCatalogue

export type SysflowErrorCode = keyof typeof SYSFLOW_ERRORS

/** Creates a fault with one of the codes above. */
export const sysflowFault = defineErrors(SYSFLOW_ERRORS)

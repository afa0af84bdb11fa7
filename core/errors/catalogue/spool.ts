// SPDX-License-Identifier: Apache-2.0
import type { FaultText } from '../fault-text.js'

export const SPOOL_FAULTS = {
  SFP_SPOOL_OPEN: {
    what: 'the spool "{folder}" cannot be used: {reason}',
    hint: 'name a folder that this user may write, on a disk of this machine.',
  },
  SFP_SPOOL_OWNED: {
    what: 'the spool "{folder}" is in use by process {pid}',
    hint: 'give each exporter a folder of its own, or end that process first.',
  },
  SFP_SPOOL_WRITE: {
    what: 'the spool "{folder}" cannot be written: {reason}',
    hint: 'make room; records wait meanwhile and are written again.',
  },
  SFP_SPOOL_READ: {
    what: 'the spool "{folder}" cannot be read: {reason}',
    hint: 'look at the disk; it is tried again.',
  },
  SFP_SPOOL_POSITION: {
    what: 'how far the spool "{folder}" was delivered cannot be kept: {reason}',
    hint: 'nothing is lost, but after a restart records may be sent a second time.',
  },
  SFP_SPOOL_LOST: {
    what: '{records} records of the spool "{folder}" cannot be read any more ({bytes} damaged bytes)',
    hint: 'the others are delivered. Look at the disk; "sfprocessor spool verify" tells which files are damaged.',
  },
  SFP_SPOOL_CUT: {
    what: '{bytes} bytes of the spool "{folder}" belong to no record: a write that was not finished',
    hint: 'they are passed over, and no record is missing.',
  },
  SFP_SPOOL_REPEATS: {
    what: 'nothing tells how far the spool "{folder}" was delivered',
    hint: 'all {records} records in it are sent, some perhaps a second time.',
  },
  SFP_SPOOL_FULL: {
    what: 'the spool "{folder}" holds {bytes} bytes and is full ({whenFull})',
    hint: 'mend the target, or raise "spool.bytes".',
  },
  SFP_SPOOL_DROPPED: {
    what: 'the spool "{folder}" is full: its {records} oldest records were given up',
    hint: 'mend the target, raise "spool.bytes", or set "spool.full" to "block".',
  },
  SFP_SPOOL_STAGE: {
    what: 'no exporter of the pipeline is called "{stage}"',
    hint: 'did you mean "{nearest}"? Known: {known}.',
  },
} as const satisfies Record<string, FaultText>

// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../contract/error-catalogue.js'

export const DELIVERY_FAULTS = {
  SFP_DELIVERY_AGAIN: {
    what: 'the target does not take records: {reason}',
    hint: 'they are sent again, and what follows waits.',
  },
  SFP_DELIVERY_GIVEN_UP: {
    what: 'the target took no records for {seconds} s: {reason}',
    hint: 'fix the target, give it more time with "retry.seconds", or keep records on disk with "spool.path".',
    causes: ['The server was away for longer than "retry.seconds".'],
  },
  SFP_DELIVERY_REFUSED: {
    what: 'the target refused {records} records, the first because {reason}',
    hint: 'with "deadletter.path" such records are kept, each with its reason.',
    causes: ['The server is configured for other fields or types: its own log tells more.'],
  },
  SFP_DELIVERY_DEAD_LETTERS: { what: 'dead letters cannot be kept: {reason}', hint: 'the records are lost and counted.' },
  SFP_SPOOL_OPEN: {
    what: 'the spool "{folder}" cannot be used: {reason}',
    hint: 'name a folder that this user may write, on a disk of this machine.',
  },
  SFP_SPOOL_OWNED: {
    what: 'the spool "{folder}" is in use by process {pid}',
    hint: 'give each exporter a folder of its own, or end that process first.',
    causes: ['Two exporters name one folder.', 'The program before this one has not ended yet.'],
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
    hint: 'fix the target, or raise "spool.bytes".',
    causes: ['The target has been away for long, or is slower than records come.'],
  },
  SFP_SPOOL_DROPPED: {
    what: 'the spool "{folder}" is full: its {records} oldest records were given up',
    hint: 'fix the target, raise "spool.bytes", or set "spool.full" to "block".',
  },
  SFP_SPOOL_STAGE: {
    what: 'no exporter of the pipeline is called "{stage}"',
    hint: 'did you mean "{nearest}"? Known: {known}.',
  },
} as const satisfies ErrorCatalogue

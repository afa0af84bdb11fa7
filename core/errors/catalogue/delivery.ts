// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../contract/error-catalogue.js'

export const DELIVERY_FAULTS = {
  SFP_DELIVERY_AGAIN: {
    what: 'delivery failed: {reason}',
    hint: 'retrying; later records wait',
  },
  SFP_DELIVERY_GIVEN_UP: {
    what: 'delivery failed for {seconds} s: {reason}',
    hint: 'fix the target, increase "retry.seconds", or store records on disk with "spool.path"',
    causes: ['The server was unavailable for longer than "retry.seconds".'],
  },
  SFP_DELIVERY_REFUSED: {
    what: 'the target refused {records} records; first reason: {reason}',
    hint: 'set "deadletter.path" to store refused records with their reasons',
    causes: ['The server expects other fields or types: see its log.'],
  },
  SFP_DELIVERY_DEAD_LETTERS: { what: 'cannot write dead letters: {reason}', hint: 'the records are lost and counted' },
  SFP_SPOOL_OPEN: {
    what: 'cannot use the spool "{folder}": {reason}',
    hint: 'use a directory that this user can write to, on a local disk',
  },
  SFP_SPOOL_OWNED: {
    what: 'the spool "{folder}" is in use by process {pid}',
    hint: 'use a separate directory for each exporter, or stop that process first',
    causes: ['Two exporters use the same directory.', 'The previous process has not ended yet.'],
  },
  SFP_SPOOL_WRITE: {
    what: 'cannot write to the spool "{folder}": {reason}',
    hint: 'free disk space; records wait and the write is retried',
  },
  SFP_SPOOL_READ: {
    what: 'cannot read the spool "{folder}": {reason}',
    hint: 'check the disk; the read is retried',
  },
  SFP_SPOOL_POSITION: {
    what: 'cannot save the delivery position of the spool "{folder}": {reason}',
    hint: 'no records are lost, but after a restart some records can be sent twice',
  },
  SFP_SPOOL_LOST: {
    what: '{records} records of the spool "{folder}" are unreadable ({bytes} damaged bytes)',
    hint: 'the other records are delivered. Check the disk; "sfprocessor spool verify" lists damaged files',
  },
  SFP_SPOOL_CUT: {
    what: 'the spool "{folder}" ends with an incomplete write of {bytes} bytes',
    hint: 'these bytes are skipped; no record is missing',
  },
  SFP_SPOOL_REPEATS: {
    what: 'the delivery position of the spool "{folder}" is lost',
    hint: 'all {records} records in it are sent; some can be sent twice',
  },
  SFP_SPOOL_FULL: {
    what: 'the spool "{folder}" holds {bytes} bytes and is full ({whenFull})',
    hint: 'fix the target, or increase "spool.bytes"',
    causes: ['The target was unavailable for a long time, or it is too slow.'],
  },
  SFP_SPOOL_DROPPED: {
    what: 'the spool "{folder}" is full: the oldest {records} records were dropped',
    hint: 'fix the target, increase "spool.bytes", or set "spool.full" to "block"',
  },
  SFP_SPOOL_STAGE: {
    what: 'the pipeline has no exporter "{stage}"',
    hint: 'did you mean "{nearest}"? Known: {known}',
  },
} as const satisfies ErrorCatalogue

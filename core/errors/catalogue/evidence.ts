// SPDX-License-Identifier: Apache-2.0
import type { FaultText } from '../fault-text.js'

export const EVIDENCE_FAULTS = {
  SFP_EVIDENCE_KEY: {
    what: 'the key in "{path}" cannot be used: {reason}',
    hint: 'make one with "openssl genpkey -algorithm ed25519"; see docs/evidence.md.',
  },
  SFP_EVIDENCE_OPEN_KEY: { what: 'everybody on this host may read the key in "{path}"', hint: 'chmod 600 it.' },
  SFP_EVIDENCE_NO_CHAIN: { what: '"evidence.key" signs a chain that is not asked for', hint: 'set "evidence.chain" to true.' },
  SFP_EVIDENCE_NO_FILE: {
    what: 'there is no evidence chain for "{path}": it is no regular file',
    hint: 'set "file.path" to a file, or leave "evidence.chain" out.',
  },
  SFP_EVIDENCE_UNWRITTEN: { what: '"{path}" cannot be written: {reason}', hint: 'make room, or see who may write it.' },
  SFP_EVIDENCE_FOUND: {
    what: '"{path}" has {bytes} bytes that nothing accounts for, {records} records',
    hint: 'a writer that is killed may leave some; the chain says of these that they were found.',
  },
  SFP_EVIDENCE_LOST: {
    what: '"{path}" is {bytes} bytes shorter than when it was written',
    hint: 'find out who cut it; with "file.sync" a loss of power does not. The chain says that they are lost.',
  },
  SFP_EVIDENCE_CHANGED: {
    what: 'the last records of "{path}" are not those that were written',
    hint: 'run "sfprocessor verify" on it.',
  },
  SFP_EVIDENCE_DAMAGED: {
    what: 'the end of "{path}" is no chain: {bytes} bytes of it are cut off',
    hint: 'a loss of power may do this; else run "sfprocessor verify".',
  },
  SFP_EVIDENCE_ABSENT: {
    what: 'there is no chain for "{path}"',
    hint: 'name an export file that was written with "evidence.chain".',
  },
} as const satisfies Record<string, FaultText>

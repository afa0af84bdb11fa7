// SPDX-License-Identifier: Apache-2.0
import type { FaultText } from '../fault-text.js'

export const SYSFLOW_FAULTS = {
  SFP_SYSFLOW_EMPTY: { what: 'the file is empty', hint: 'a trace begins with an Avro header; was it written to the end?' },
  SFP_SYSFLOW_NOT_AVRO: {
    what: 'not an Avro object container: {reason}',
    hint: 'a SysFlow trace begins with the bytes "Obj" and 1; compressed archives must be unpacked first',
  },
  SFP_SYSFLOW_CODEC: { what: 'the codec "{codec}" is not known', hint: 'rewrite the trace with one of {known}' },
  SFP_SYSFLOW_SCHEMA: {
    what: 'not a SysFlow schema: {reason}',
    hint: 'the file was written for other records, or its header is damaged',
  },
  SFP_SYSFLOW_DAMAGED: {
    what: 'damaged block: {reason}',
    hint: 'read on after {skipped} skipped bytes. The damaged part is lost; everything else was read',
  },
  SFP_SYSFLOW_CUT: {
    what: 'the file ends within a block: {reason}',
    hint: 'everything before was read; was it written to the end?',
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
  SFP_SYSFLOW_MORE_DAMAGE: { what: '{count} more faults of this kind', hint: 'only the first {shown} are shown one by one' },
  SFP_READER_UNKNOWN_HANDLER: {
    what: 'there is no handler "{name}"',
    hint: 'did you mean "{nearest}"? Known: {known}',
  },
} as const satisfies Record<string, FaultText>

// SPDX-License-Identifier: Apache-2.0
import type { FaultText } from '../fault-text.js'

export const SYSFLOW_FAULTS = {
  SFP_SYSFLOW_PATH: {
    what: 'cannot read "{path}": {reason}',
    mend: 'give a trace or a folder of traces that this user may read',
  },
  SFP_SYSFLOW_PATH_KIND: { what: '"{path}" is neither a file nor a folder', mend: 'give a trace or a folder of traces' },
  SFP_SYSFLOW_NO_PATH: {
    what: 'no trace was named',
    mend: 'name files or folders after the options, or set "path" of the driver',
  },
  SFP_SYSFLOW_NO_FILES: {
    what: 'the folder "{path}" holds no files',
    mend: 'give a folder that holds traces; subfolders are not read',
  },
  SFP_SYSFLOW_EMPTY: { what: 'the file is empty', mend: 'a trace begins with an Avro header; was it written to the end?' },
  SFP_SYSFLOW_NOT_AVRO: {
    what: 'not an Avro object container: {reason}',
    mend: 'a SysFlow trace begins with the bytes "Obj" and 1; compressed archives must be unpacked first',
  },
  SFP_SYSFLOW_CODEC: { what: 'the codec "{codec}" is not known', mend: 'rewrite the trace with one of {known}' },
  SFP_SYSFLOW_SCHEMA: {
    what: 'not a SysFlow schema: {reason}',
    mend: 'the file was written for other records, or its header is damaged',
  },
  SFP_SYSFLOW_READ: { what: 'reading failed: {reason}', mend: 'the rest of this input was not read' },
  SFP_SYSFLOW_DAMAGED: {
    what: 'damaged block: {reason}',
    mend: 'read on after {skipped} skipped bytes. The damaged part is lost; everything else was read',
  },
  SFP_SYSFLOW_CUT: {
    what: 'the file ends within a block: {reason}',
    mend: 'everything before was read; was it written to the end?',
  },
  SFP_SYSFLOW_UNDECODABLE: {
    what: 'record {record} of {count} in this block does not decode ({reason})',
    mend: 'the {lost} records from there to the end of the block are lost',
  },
  SFP_SYSFLOW_SURPLUS: {
    what: 'the block says that it holds {count} records, but {bytes} bytes follow them',
    mend: 'these bytes are not read',
  },
  SFP_SYSFLOW_OVERSIZED: {
    what: 'a message of {bytes} bytes is longer than {most}',
    mend: 'it was dropped and counted; everything else was read',
  },
  SFP_SYSFLOW_VERSION: {
    what: 'a header names format version {version}, which is not known',
    mend: 'its records are read as those of the newest version',
  },
  SFP_SYSFLOW_MORE_DAMAGE: { what: '{count} more faults of this kind', mend: 'only the first {shown} are shown one by one' },
  SFP_READER_UNKNOWN_HANDLER: {
    what: 'there is no handler "{name}"',
    mend: 'did you mean "{nearest}"? Known: {known}',
  },
} as const satisfies Record<string, FaultText>

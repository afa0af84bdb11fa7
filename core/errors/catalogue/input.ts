// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../contract/error-catalogue.js'

/** Files and folders that a driver reads, and its progress in them. */
export const INPUT_FAULTS = {
  SFP_INPUT_PATH: {
    what: 'cannot read "{path}": {reason}',
    hint: 'use a file or directory that this user can read',
    causes: ['A mistyped command was read as a path.', 'The path is relative to another directory.'],
  },
  SFP_INPUT_PATH_KIND: { what: '"{path}" is not a file or directory', hint: 'use a file or a directory of files' },
  SFP_INPUT_NO_PATH: {
    what: 'no input file',
    hint: 'write files or directories after the options, or set "path" of the driver',
  },
  SFP_INPUT_NO_FILES: {
    what: 'the directory "{path}" has no files',
    hint: 'use a directory with files; subdirectories are not read',
  },
  SFP_INPUT_READ: { what: 'cannot read the input: {reason}', hint: 'the rest of this input was not read' },
  SFP_FOLLOW_CHECKPOINT_READ: {
    what: 'cannot read the checkpoint "{path}": {reason}',
    hint: 'repair or remove it; without a checkpoint, all input is read from the beginning',
  },
  SFP_FOLLOW_CHECKPOINT_WRITE: {
    what: 'cannot write the checkpoint "{path}": {reason}',
    hint: 'reading continues; after a restart, records since the last checkpoint are read again',
  },
  SFP_FOLLOW_SHRUNK: {
    what: 'the file was truncated while it was read',
    hint: 'it is read again from the beginning, as a new trace',
  },
} as const satisfies ErrorCatalogue

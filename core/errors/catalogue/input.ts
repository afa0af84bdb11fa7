// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../contract/error-catalogue.js'

/** Files and folders that a driver reads, and its progress in them. */
export const INPUT_FAULTS = {
  SFP_INPUT_PATH: {
    what: 'cannot read "{path}": {reason}',
    hint: 'give a file, or a folder of files, that this user may read',
    causes: ['A command was mistyped and taken for a path.', 'The path is relative to another folder.'],
  },
  SFP_INPUT_PATH_KIND: { what: '"{path}" is neither a file nor a folder', hint: 'give a file or a folder of files' },
  SFP_INPUT_NO_PATH: {
    what: 'no file was named',
    hint: 'name files or folders after the options, or set "path" of the driver',
  },
  SFP_INPUT_NO_FILES: {
    what: 'the folder "{path}" holds no files',
    hint: 'give a folder that holds files to read; subfolders are not read',
  },
  SFP_INPUT_READ: { what: 'reading failed: {reason}', hint: 'the rest of this input was not read' },
  SFP_FOLLOW_CHECKPOINT_READ: {
    what: 'the checkpoint "{path}" cannot be read: {reason}',
    hint: 'repair or remove it; without it everything is read from the beginning.',
  },
  SFP_FOLLOW_CHECKPOINT_WRITE: {
    what: 'the checkpoint "{path}" cannot be written: {reason}',
    hint: 'reading goes on; after a restart records since the last one that was written come again.',
  },
  SFP_FOLLOW_SHRUNK: {
    what: 'the file has become shorter while it was read',
    hint: 'it is read again from its beginning, as another trace.',
  },
} as const satisfies ErrorCatalogue

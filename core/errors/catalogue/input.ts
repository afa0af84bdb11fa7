// SPDX-License-Identifier: Apache-2.0
import type { FaultText } from '../fault-text.js'

/** Files and folders that a driver reads. */
export const INPUT_FAULTS = {
  SFP_INPUT_PATH: {
    what: 'cannot read "{path}": {reason}',
    hint: 'give a file, or a folder of files, that this user may read',
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
} as const satisfies Record<string, FaultText>

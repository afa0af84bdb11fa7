// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../contract/error-catalogue.js'

export const INPUT_FAULTS = {
  SFP_FOLLOW_CHECKPOINT_READ: {
    what: 'the checkpoint "{path}" cannot be read: {reason}',
    hint: 'mend or remove it; without it everything is read from the beginning.',
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

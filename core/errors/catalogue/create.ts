// SPDX-License-Identifier: Apache-2.0
import type { FaultText } from '../fault-text.js'

/** Faults of `sfprocessor create`. Nothing has been written when one of them is told. */
export const CREATE_FAULTS = {
  SFP_CREATE_MISSING: { what: 'nothing says what the {what} is to be', hint: 'give {flag}; on a terminal it is asked for' },
  SFP_CREATE_VALUE: { what: '"{value}" cannot be the {what}: {reason}', hint: '' },
  SFP_CREATE_CHANNEL_TYPE: {
    what: 'rules cannot match records of channel type "{type}": no adapter for it is known',
    hint: 'did you mean "{nearest}"? Known: {known}. Those of plugins are known with --config',
  },
  SFP_CREATE_EXISTS: { what: '{path} is there already', hint: 'nothing was written: name another with {flag}' },
  SFP_CREATE_UNWRITABLE: { what: '{path} cannot be written: {reason}', hint: '' },
  SFP_CREATE_CANCELLED: { what: 'given up: nothing was written', hint: '' },
} as const satisfies Record<string, FaultText>

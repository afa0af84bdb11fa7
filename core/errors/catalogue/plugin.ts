// SPDX-License-Identifier: Apache-2.0
import type { FaultText } from '../fault-text.js'

/** Faults of components that come from elsewhere, at start and in flight. */
export const PLUGIN_FAULTS = {
  SFP_PLUGIN_BROKEN: { what: 'the plugin cannot be loaded: {reason}', mend: '' },
  SFP_PLUGIN_SHAPE: {
    what: 'the module exports no usable "plugin": {reason}',
    mend: 'export a value of the type Plugin of sfprocessor/plugin as "plugin"',
  },
  SFP_PLUGIN_CONTRACT: {
    what: 'the plugin "{name}" was written for contract version {version}, this program has {expected}',
    mend: 'take a release of the plugin that fits',
  },
  SFP_PLUGIN_NAME_TAKEN: { what: 'there is already a {kind} called "{name}", from {by}', mend: 'rename the plugin' },
  SFP_PLUGIN_OUTSIDE: { what: 'the plugin leads out of its directory, to {target}', mend: 'copy it into the directory' },
  SFP_PLUGIN_DIRECTORY: { what: 'the plugin directory cannot be read: {reason}', mend: '' },
  SFP_PLUGIN_FAILED: { what: '{kind} "{plugin}" failed in {step}: {reason}', mend: 'ask whoever wrote the plugin' },
  SFP_PLUGIN_SAYS: { what: '{what}', mend: '{mend}' },
} as const satisfies Record<string, FaultText>

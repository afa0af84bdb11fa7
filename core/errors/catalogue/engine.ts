// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../contract/error-catalogue.js'

export const ENGINE_FAULTS = {
  SFP_ENGINE_NOT_WATCHED: {
    what: 'cannot watch {path} for changes: {reason}',
    hint: 'the policies are checked every {seconds} s instead',
  },
  SFP_ENGINE_NO_POLICIES: {
    what: 'mode alert needs "policies"',
    hint: 'set "policies" to a file or directory, or use mode enrich',
    causes: ['The pipeline is meant to output all records: use mode enrich.'],
  },
  SFP_ENGINE_NO_SIGMA: { what: 'Sigma rules are not supported', hint: 'set "language" to falco' },
  SFP_ENGINE_NO_SOURCE: {
    what: 'the policyengine cannot evaluate records of channel type "{channel}"',
    hint: 'use another input channel',
  },
  SFP_ENGINE_OUTPUT: {
    what: 'after evaluation, records of channel type {channel} cannot go to a channel of type {out}',
    hint: 'write "out": "NAME {evaluated}"',
  },
  SFP_ENGINE_EVALUATED_TWICE: {
    what: 'the records were already evaluated by another policyengine',
    hint: 'use one policyengine between driver and exporter, with all policies in its directory',
  },
  SFP_ENGINE_OLD_MODE: { what: 'mode "{mode}" is deprecated', hint: 'use mode enrich without "policies"' },
  SFP_ENGINE_UNKNOWN_ACTION: {
    what: 'unknown action "{action}"',
    hint: 'rule "{name}" runs without it. Did you mean "{nearest}"?',
  },
  SFP_ENGINE_ACTION_ARGUMENT: {
    what: 'invalid use of action "{action}": {reason}',
    hint: 'rule "{name}" runs without it',
  },
  SFP_ENGINE_NOT_RELOADED: {
    what: 'reload of the policies at {path} failed',
    hint: 'fix the errors; the previous rules stay active',
    causes: ['A changed file has an error: see the error before this one.'],
  },
  SFP_ENGINE_BAD_REGEX: { what: 'invalid regular expression "{pattern}"', hint: 'use RE2 syntax' },
  SFP_ENGINE_TOO_DEEP: { what: 'a condition has more than {deepest} nested levels', hint: 'split it into several rules' },
  SFP_ENGINE_UNKNOWN_ATTRIBUTE: { what: 'records of {channel} have no attribute "{name}"', hint: 'see docs/attributes.md' },
} as const satisfies ErrorCatalogue

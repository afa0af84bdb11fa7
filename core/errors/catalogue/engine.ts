// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../contract/error-catalogue.js'

export const ENGINE_FAULTS = {
  SFP_ENGINE_NOT_WATCHED: {
    what: 'the system does not tell of changes at {path}: {reason}',
    hint: 'they are looked for every {seconds} s',
  },
  SFP_ENGINE_NO_POLICIES: {
    what: 'mode alert needs "policies"',
    hint: 'name a policy file or directory, or choose mode enrich',
    causes: ['The pipeline was meant to pass all records on: that is mode enrich.'],
  },
  SFP_ENGINE_NO_SIGMA: { what: 'rules in the Sigma language cannot be read yet', hint: 'set "language" to falco' },
  SFP_ENGINE_NO_SOURCE: {
    what: 'the policy engine cannot judge the records of channel type "{channel}"',
    hint: 'give it another input',
  },
  SFP_ENGINE_OUTPUT: {
    what: 'records of channel type {channel} are not sent on a channel of type {out} once they are judged',
    hint: 'write "out": "NAME {judged}"',
  },
  SFP_ENGINE_JUDGED_TWICE: {
    what: 'the records have been judged by another policyengine',
    hint: 'put one policyengine between a driver and an exporter, with all policies in its folder',
  },
  SFP_ENGINE_OLD_MODE: { what: 'mode "{mode}" is an old name', hint: 'write mode enrich and leave out "policies"' },
  SFP_ENGINE_UNKNOWN_ACTION: {
    what: 'no action is called "{action}"',
    hint: 'rule "{name}" works without it. Did you mean "{nearest}"?',
  },
  SFP_ENGINE_ACTION_ARGUMENT: {
    what: 'action "{action}" cannot be used so: {objection}',
    hint: 'rule "{name}" works without it',
  },
  SFP_ENGINE_NOT_RELOADED: {
    what: 'the changed policies at {path} are not in force',
    hint: 'fix the errors; the previous rules stay active until then',
    causes: ['The file was saved with a mistake: the fault before this one tells which. What was in force stays so.'],
  },
  SFP_ENGINE_BAD_REGEX: { what: '"{pattern}" is no regular expression', hint: 'use the syntax of RE2' },
  SFP_ENGINE_TOO_DEEP: { what: 'a condition is nested more than {deepest} levels deep', hint: 'split it into several rules' },
  SFP_ENGINE_UNKNOWN_ATTRIBUTE: { what: 'records of {channel} have no attribute "{name}"', hint: 'see docs/attributes.md' },
} as const satisfies ErrorCatalogue

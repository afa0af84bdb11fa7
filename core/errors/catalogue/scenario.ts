// SPDX-License-Identifier: Apache-2.0
import type { FaultText } from '../fault-text.js'

export const SCENARIO_FAULTS = {
  SFP_SCENARIO_UNREADABLE: {
    what: 'the scenario cannot be read: {detail}',
    hint: 'give the path of a YAML file of at most 16 MB',
  },
  SFP_SCENARIO_UNWRITABLE: {
    what: 'the trace cannot be written: {detail}',
    hint: 'give a path in a directory that you may write to',
  },
  SFP_SCENARIO_SYNTAX: { what: 'this is not YAML: {detail}', hint: '' },
  SFP_SCENARIO_ALIAS: { what: 'a scenario has no anchors and aliases', hint: 'write the value out, or use "repeat"' },
  SFP_SCENARIO_SHAPE: { what: '{section} must be {expected}', hint: 'see docs/scenarios.md' },
  SFP_SCENARIO_UNKNOWN_KEY: {
    what: '"{key}" means nothing in {section}',
    hint: 'did you mean "{nearest}"? known here: {known}',
  },
  SFP_SCENARIO_MISSING_KEY: { what: '{section} lacks "{key}"', hint: 'see docs/scenarios.md' },
  SFP_SCENARIO_VALUE: { what: '"{key}" must be {expected}, and "{value}" is not', hint: '' },
  SFP_SCENARIO_UNKNOWN_NAME: {
    what: 'no {kind} is called "{name}"',
    hint: 'did you mean "{nearest}"? declared {kind} names: {known}',
  },
  SFP_SCENARIO_VERB: { what: 'an event does one thing, and this one {detail}', hint: 'an event is one of: {known}' },
  SFP_SCENARIO_PARENT_CYCLE: { what: 'process "{name}" would be its own ancestor', hint: 'leave out one "parent"' },
  SFP_SCENARIO_NOT_RUNNING: {
    what: 'process "{name}" is not running at this time',
    hint: 'spawn it first, in the order of time',
  },
  SFP_SCENARIO_BACKWARDS: {
    what: '"at: {value}" lies before the event above it',
    hint: 'events are written in the order of time',
  },
  SFP_SCENARIO_TOO_LATE: {
    what: 'this would happen after the year 2252, and clocks end soon after',
    hint: 'repeat less often, or shorter',
  },
  SFP_SCENARIO_VARIANTS: {
    what: 'the scenario has variants, and none is called "{name}"',
    hint: 'choose one of: {known}',
  },
} as const satisfies Record<string, FaultText>

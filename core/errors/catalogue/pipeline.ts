// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../contract/error-catalogue.js'

export const PIPELINE_FAULTS = {
  SFP_CONFIG_UNREADABLE: {
    what: 'the pipeline file "{file}" cannot be read: {reason}',
    hint: 'name another with -config FILE',
    causes: [
      'The name is relative and the program was started from another folder.',
      'The file belongs to another user: a service often runs as one of its own.',
    ],
  },
  SFP_CONFIG_SYNTAX: {
    what: 'this is not valid JSON: {reason}',
    hint: '',
    causes: ['A comma is missing or stands before a closing bracket.', 'A text is in single quotes.'],
  },
  SFP_CONFIG_TOO_LARGE: { what: 'the pipeline file has {bytes} bytes', hint: 'at most {limit} are read' },
  SFP_CONFIG_SHAPE: { what: '{what} must be {expected}, not {found}', hint: '' },
  SFP_CONFIG_UNKNOWN_KEY: {
    what: '"{key}" is not a setting of {component}',
    hint: 'did you mean "{nearest}"? Known: {known}',
    causes: [
      'The key is mistyped.',
      'It belongs to another stage, or to a transport that this release calls differently (docs/migrating.md).',
      'It is a setting of a plugin that was not loaded: look at -plugdir, or at "plugins" in the pipeline file.',
    ],
  },
  SFP_CONFIG_MISSING_KEY: { what: '{component} needs the setting "{key}"', hint: '{description}' },
  SFP_CONFIG_WRONG_TYPE: { what: '"{key}" of {component} must be {expected}, not {found}', hint: '' },
  SFP_CONFIG_OUT_OF_RANGE: { what: '"{key}" of {component} {limit}', hint: '' },
  SFP_CONFIG_UNKNOWN_VALUE: {
    what: '"{value}" is not a value of "{key}"',
    hint: 'did you mean "{nearest}"? Known: {known}',
  },
  SFP_CONFIG_OLD_KEY: { what: '"{key}" is an old spelling', hint: 'write "{today}"' },
  SFP_CONFIG_OLD_KEY_UNUSED: {
    what: 'the deprecated name "{key}" has no effect, since "{current}" is set too',
    hint: 'remove "{key}"',
  },
  SFP_CONFIG_TWO_NAMES: {
    what: '"{key}" is the deprecated name of "{current}", and the file has both',
    hint: 'remove "{key}"',
  },
  SFP_CONFIG_OLD_VALUE: { what: '"{value}" is an old value of "{key}"', hint: 'it is taken as "{today}"' },
  SFP_CONFIG_OLD_VALUE_IGNORED: { what: '"{value}" no longer has a meaning for "{key}"', hint: 'it is ignored' },
  SFP_CONFIG_OVERRULED: { what: '"{key}" is set by the program itself', hint: 'the value given for {component} is ignored' },
  SFP_CONFIG_UNSET_VARIABLE: {
    what: 'the environment variable {variable} is not set',
    hint: 'set it, or give a default: ${{variable}:-DEFAULT}',
  },
  SFP_CONFIG_UNKNOWN_VARIABLE: {
    what: 'the environment variable {variable} names no setting of {component}, so it changes nothing',
    hint: 'did you mean {nearest}?',
  },

  SFP_PIPELINE_EMPTY: {
    what: 'the pipeline has no stages',
    hint: 'give "pipeline" at least one object with "processor" and "in"',
    causes: ['A variable of another program begins like the name of a stage. Then this is harmless.'],
  },
  SFP_PIPELINE_NO_PROCESSOR: { what: 'this stage does not say which processor it is', hint: 'add "processor"; known: {known}' },
  SFP_PIPELINE_UNKNOWN_PROCESSOR: {
    what: 'no processor is called "{name}"',
    hint: 'did you mean "{nearest}"? Known: {known}',
    causes: [
      'The name is mistyped.',
      'It comes with a plugin that was not found: look at -plugdir, or at "plugins" in the pipeline file.',
    ],
  },
  SFP_PIPELINE_NO_INPUT: { what: '{component} reads no channel', hint: 'add "in": "NAME {type}"' },
  SFP_PIPELINE_NO_OUTPUT: { what: '{component} sends its results nowhere', hint: 'add "out": "NAME {type}"' },
  SFP_PIPELINE_LAST_STAGE: { what: '{component} is always a last stage and writes no channel', hint: 'remove its "out"' },
  SFP_PIPELINE_DUPLICATE_NAME: { what: 'two stages are called "{name}"', hint: 'give each its own "name"' },
  SFP_PIPELINE_CYCLE: { what: 'the stages run in a circle: {circle}', hint: 'let the last of them write another channel' },
  SFP_PIPELINE_NO_DRIVER_NAME: {
    what: 'this driver section does not say which driver it is',
    hint: 'add "driver"; known: {known}',
  },
  SFP_PIPELINE_UNKNOWN_DRIVER: {
    what: 'no driver is called "{name}"',
    hint: 'did you mean "{nearest}"? Known: {known}',
    causes: ['The name is mistyped.', 'It comes with a plugin that was not found: look at -driverdir.'],
  },
  SFP_PIPELINE_NO_PATH: { what: 'driver "{name}" has nothing to read', hint: 'name a path' },

  SFP_CHANNEL_TEXT: {
    what: '"{text}" does not say which channel and of which type',
    hint: 'write "NAME TYPE", for example "{example}"',
    causes: ['No trace follows the options.', 'An option with a value has taken the path as its value.'],
  },
  SFP_CHANNEL_UNKNOWN_TYPE: { what: 'no channel type is called "{type}"', hint: 'did you mean "{nearest}"? Known: {known}' },
  SFP_CHANNEL_TYPE_CLASH: {
    what: 'channel "{name}" is of type {type} for {component} and of type {other} for {otherComponent}',
    hint: 'write the same type in both',
  },
  SFP_CHANNEL_WRONG_TYPE: {
    what: '{component} cannot {verb} channel "{name}" of type {type}',
    hint: 'it takes {expected}',
    causes: ['A stage was left out: an exporter reads what a policyengine has judged, not what a driver sends.'],
  },
  SFP_CHANNEL_MIXED_TYPES: {
    what: 'the channels that {component} {verb} have different types: {types}',
    hint: 'give it channels of one type',
  },
  SFP_CHANNEL_NO_SOURCE: {
    what: 'nobody has said how records of the type "{type}" are seen',
    hint: 'the plugin that adds a channel type must add an adapter for it',
  },
  SFP_CHANNEL_WITHOUT_SENDER: {
    what: 'nothing writes to channel "{name}"',
    hint: 'give a driver or stage "out": "{name} {type}"',
    causes: ['The name differs from that under "out" of the stage before, perhaps in one letter.'],
  },
  SFP_CHANNEL_WITHOUT_RECEIVER: { what: 'nothing reads from channel "{name}"', hint: 'give a stage "in": "{name} {type}"' },

  SFP_RUN_MORE_FAULTS: { what: '{count} more errors of {who}', hint: 'only the first {shown} are logged one by one' },
  SFP_RUN_CHECK_FAILED: {
    what: 'the health check of {component} failed: {reason}',
    hint: '',
    causes: ['The name differs from that under "in" of the stage behind, perhaps in one letter.'],
  },
  SFP_RUN_CHECK_TIMEOUT: { what: 'the health check of {component} gave no answer within {seconds} s', hint: '' },
  SFP_RUN_DRAIN_DEADLINE: {
    what: 'the pipeline was not empty {seconds} s after the request to stop',
    hint: 'it was aborted; {records} records were lost',
    causes: ['The target is slow or away: give it more time with -drain, or keep records on disk with "spool.path".'],
  },
  SFP_RUN_ABORTED: { what: 'the run was aborted', hint: '{records} records were lost' },
  SFP_RUN_STUCK: {
    what: '{component} did not stop within {seconds} s after the request to stop',
    hint: '',
    causes: [
      'A target takes no records and the exporter waits for it: keep records on disk with "spool.path".',
      'A plugin does not look at the signal that it is given.',
    ],
  },
  SFP_RUN_LEFT: {
    what: '{component} ended before its input did: {records} records that came for it were dropped',
    hint: 'a stage goes on until its input has ended, or throws',
  },
  SFP_RUN_FAILED: { what: '{component} failed: {reason}', hint: 'this is a fault of the program or a plugin: please report it' },
  SFP_RUN_LEDGER: {
    what: 'the record counts of {component} do not add up: {account}',
    hint: 'this is a fault of the program or a plugin: please report it',
  },
  SFP_RUN_WORKERS: { what: 'the traces cannot be shared among {wanted} threads: {reason}', hint: 'one thread reads them all' },
  SFP_RUN_WORKER_LOST: {
    what: 'a worker thread was lost: {reason}',
    hint: 'Traces behind the one that it read are not written. With fewer -workers each has more memory.',
    causes: ['The machine ran out of memory. Each thread needs some of its own.'],
  },
  SFP_RUN_PROFILE: { what: 'the profile cannot be written to "{file}": {reason}', hint: '' },
  SFP_PIPELINE_NO_LIMITER: {
    what: '"filter.enabled" is on, and the rate limiter is not part of this release',
    hint: 'set it to off; drop filters in a policy can take its place',
  },
} as const satisfies ErrorCatalogue

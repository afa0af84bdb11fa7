// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../contract/error-catalogue.js'

export const PIPELINE_FAULTS = {
  SFP_CONFIG_UNREADABLE: {
    what: 'cannot read the pipeline file "{file}": {reason}',
    hint: 'set another file with -config FILE',
    causes: [
      'The path is relative and the program was started in another directory.',
      'The file belongs to another user: services often have their own user.',
    ],
  },
  SFP_CONFIG_SYNTAX: {
    what: 'invalid JSON: {reason}',
    hint: '',
    causes: ['A comma is missing, or there is one before a closing bracket.', 'A string is in single quotes.'],
  },
  SFP_CONFIG_TOO_LARGE: { what: 'the pipeline file is too large ({bytes} bytes)', hint: 'the limit is {limit}' },
  SFP_CONFIG_SHAPE: { what: '{what} must be {expected}, not {found}', hint: '' },
  SFP_CONFIG_UNKNOWN_KEY: {
    what: '"{key}" is not a setting of {component}',
    hint: 'did you mean "{nearest}"? Known: {known}',
    causes: [
      'The key is mistyped.',
      'The key belongs to another stage, or a transport was renamed (docs/migrating.md).',
      'The key belongs to a plugin that is not loaded: check -plugdir and "plugins" in the pipeline file.',
    ],
  },
  SFP_CONFIG_MISSING_KEY: { what: '{component} needs the setting "{key}"', hint: '{description}' },
  SFP_CONFIG_WRONG_TYPE: { what: '"{key}" of {component} must be {expected}, not {found}', hint: '' },
  SFP_CONFIG_OUT_OF_RANGE: { what: '"{key}" of {component} {limit}', hint: '' },
  SFP_CONFIG_UNKNOWN_VALUE: {
    what: 'invalid value "{value}" for "{key}"',
    hint: 'did you mean "{nearest}"? Known: {known}',
  },
  SFP_CONFIG_OLD_KEY: { what: '"{key}" is deprecated', hint: 'use "{today}"' },
  SFP_CONFIG_OLD_KEY_UNUSED: {
    what: 'the deprecated name "{key}" has no effect, since "{current}" is set too',
    hint: 'remove "{key}"',
  },
  SFP_CONFIG_TWO_NAMES: {
    what: '"{key}" is the deprecated name of "{current}", and the file has both',
    hint: 'remove "{key}"',
  },
  SFP_CONFIG_OLD_VALUE: { what: 'value "{value}" of "{key}" is deprecated', hint: 'it means "{today}"' },
  SFP_CONFIG_OLD_VALUE_IGNORED: { what: 'value "{value}" of "{key}" is obsolete', hint: 'it is ignored' },
  SFP_CONFIG_OVERRULED: { what: '"{key}" is set by the program', hint: 'the value given for {component} is ignored' },
  SFP_CONFIG_UNSET_VARIABLE: {
    what: 'the environment variable {variable} is not set',
    hint: 'set it, or add a default: ${{variable}:-DEFAULT}',
  },
  SFP_CONFIG_UNKNOWN_VARIABLE: {
    what: 'the environment variable {variable} has no effect: {component} has no such setting',
    hint: 'did you mean {nearest}?',
  },

  SFP_PIPELINE_EMPTY: {
    what: 'the pipeline has no stages',
    hint: 'add an object with "processor" and "in" to "pipeline"',
    causes: ['An unrelated variable starts with the name of a stage. In this case, ignore the warning.'],
  },
  SFP_PIPELINE_NO_PROCESSOR: { what: 'the stage has no "processor"', hint: 'add "processor"; known: {known}' },
  SFP_PIPELINE_UNKNOWN_PROCESSOR: {
    what: 'unknown processor "{name}"',
    hint: 'did you mean "{nearest}"? Known: {known}',
    causes: ['The name is mistyped.', 'Its plugin was not found: check -plugdir and "plugins" in the pipeline file.'],
  },
  SFP_PIPELINE_NO_INPUT: { what: '{component} has no input channel', hint: 'add "in": "NAME {type}"' },
  SFP_PIPELINE_NO_OUTPUT: { what: '{component} has no output channel', hint: 'add "out": "NAME {type}"' },
  SFP_PIPELINE_LAST_STAGE: { what: '{component} is a last stage and cannot have an output channel', hint: 'remove its "out"' },
  SFP_PIPELINE_DUPLICATE_NAME: { what: 'two stages have the name "{name}"', hint: 'set a unique "name" for each' },
  SFP_PIPELINE_CYCLE: { what: 'the stages form a cycle: {circle}', hint: 'change the output channel of the last one' },
  SFP_PIPELINE_NO_DRIVER_NAME: {
    what: 'the driver section has no "driver"',
    hint: 'add "driver"; known: {known}',
  },
  SFP_PIPELINE_UNKNOWN_DRIVER: {
    what: 'unknown driver "{name}"',
    hint: 'did you mean "{nearest}"? Known: {known}',
    causes: ['The name is mistyped.', 'Its plugin was not found: check -driverdir.'],
  },
  SFP_PIPELINE_NO_PATH: { what: 'driver "{name}" has no input', hint: 'add a path' },

  SFP_CHANNEL_TEXT: {
    what: 'invalid channel "{text}"',
    hint: 'use "NAME TYPE", for example "{example}"',
    causes: ['There is no path after the options.', 'The path was read as the value of an option.'],
  },
  SFP_CHANNEL_UNKNOWN_TYPE: { what: 'unknown channel type "{type}"', hint: 'did you mean "{nearest}"? Known: {known}' },
  SFP_CHANNEL_TYPE_CLASH: {
    what: 'channel "{name}" has type {type} in {component} and type {other} in {otherComponent}',
    hint: 'use the same type in both',
  },
  SFP_CHANNEL_WRONG_TYPE: {
    what: '{component} cannot {verb} channel "{name}" of type {type}',
    hint: 'it supports {expected}',
    causes: ['A stage is missing: an exporter reads the output of a policyengine, not of a driver.'],
  },
  SFP_CHANNEL_MIXED_TYPES: {
    what: 'the channels that {component} {verb} have different types: {types}',
    hint: 'use channels of one type',
  },
  SFP_CHANNEL_NO_SOURCE: {
    what: 'channel type "{type}" has no record adapter',
    hint: 'a plugin that adds a channel type must also add an adapter for it',
  },
  SFP_CHANNEL_WITHOUT_SENDER: {
    what: 'channel "{name}" has no sender',
    hint: 'add "out": "{name} {type}" to a driver or stage',
    causes: ['The name differs from "out" of the previous stage.'],
  },
  SFP_CHANNEL_WITHOUT_RECEIVER: { what: 'channel "{name}" has no receiver', hint: 'add "in": "{name} {type}" to a stage' },

  SFP_RUN_MORE_FAULTS: { what: '{count} more errors of {who}', hint: 'only the first {shown} are logged in full' },
  SFP_RUN_CHECK_FAILED: {
    what: 'the health check of {component} failed: {reason}',
    hint: '',
    causes: ['The name differs from "in" of the next stage.'],
  },
  SFP_RUN_CHECK_TIMEOUT: { what: 'the health check of {component} timed out after {seconds} s', hint: '' },
  SFP_RUN_DRAIN_DEADLINE: {
    what: 'the pipeline did not drain within {seconds} s after the stop request',
    hint: 'the run was aborted; {records} records were lost',
    causes: ['The target is slow or unavailable: increase -drain, or store records on disk with "spool.path".'],
  },
  SFP_RUN_ABORTED: { what: 'the run was aborted', hint: '{records} records were lost' },
  SFP_RUN_STUCK: {
    what: '{component} did not stop within {seconds} s after the stop request',
    hint: '',
    causes: [
      'The exporter waits for an unavailable target: store records on disk with "spool.path".',
      'A plugin ignores its abort signal.',
    ],
  },
  SFP_RUN_LEFT: {
    what: '{component} ended before its input: {records} records were dropped',
    hint: 'a stage must run until its input ends, or throw an error',
  },
  SFP_RUN_FAILED: { what: '{component} failed: {reason}', hint: 'this is a bug in the program or a plugin; please report it' },
  SFP_RUN_LEDGER: {
    what: 'the record counts of {component} do not add up: {account}',
    hint: 'this is a bug in the program or a plugin; please report it',
  },
  SFP_RUN_WORKERS: { what: 'cannot use {wanted} threads: {reason}', hint: 'one thread reads all traces' },
  SFP_RUN_WORKER_LOST: {
    what: 'a worker thread failed: {reason}',
    hint: 'records of later traces are not written. With fewer -workers, each thread has more memory',
    causes: ['The machine ran out of memory. Each thread needs its own memory.'],
  },
  SFP_RUN_PROFILE: { what: 'cannot write the profile to "{file}": {reason}', hint: '' },
  SFP_PIPELINE_NO_LIMITER: {
    what: '"filter.enabled" is on, but this release has no rate limiter',
    hint: 'set it to off, or use drop filters in a policy',
  },
} as const satisfies ErrorCatalogue

// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../contract/error-catalogue.js'

export const POLICY_FAULTS = {
  // Finding and reading files.
  SFP_POLICY_NOT_FOUND: {
    what: 'there is no policy file or directory "{path}"',
    hint: 'check the setting "policies"',
    causes: ['A relative path starts from the current folder, then from that of the pipeline file.'],
  },
  SFP_POLICY_NO_FILES: { what: '"{path}" holds no policy file', hint: 'policy files end in .yaml or .yml' },
  SFP_POLICY_UNREADABLE: { what: 'the policy file cannot be read: {reason}', hint: '' },
  SFP_POLICY_TOO_LARGE: { what: 'the policy file has {size} bytes; at most {limit} are read', hint: 'split it' },
  SFP_POLICY_TOO_MUCH: {
    what: 'with this file, the policy has {size} bytes; at most {limit} are read',
    hint: 'load less at once',
  },
  SFP_POLICY_NOT_TEXT: { what: 'the file is not a text in UTF-8', hint: 'save it as UTF-8' },
  SFP_POLICY_MORE_FAULTS: { what: '{count} more faults are not shown', hint: 'fix the errors above first' },

  // The format of a file.
  SFP_POLICY_EMPTY: {
    what: 'the file holds no rule, filter, macro or list',
    hint: 'an entry begins with "- rule: NAME" or the like',
  },
  SFP_POLICY_YAML: { what: 'invalid YAML: {reason}', hint: '{more} more like it' },
  SFP_POLICY_NOT_YAML: {
    what: 'the file is not YAML ({reason}), so it is read by its words alone',
    hint: 'indent with blanks, align the entries and quote texts that hold ": "',
    causes: ['Lines are indented with tabs.', 'A condition holds ": " or begins with a quote, and is not quoted itself.'],
  },
  SFP_POLICY_FILE_SYNTAX: { what: '{found} cannot stand here', hint: 'expected {expected}' },
  SFP_POLICY_NO_LIST: { what: 'a policy file is a list of entries, and this is {found}', hint: 'begin each entry with "- "' },
  SFP_POLICY_NO_ENTRY: { what: 'this is {found}, not an entry', hint: 'an entry begins with "- rule: NAME" or the like' },
  SFP_POLICY_TOO_MANY: { what: 'the file holds more than {limit} values, counting each use of an alias', hint: 'split it' },
  SFP_POLICY_ALIAS: { what: 'no anchor "&{name}" stands above', hint: '' },
  SFP_POLICY_UNKNOWN_ENTRY: {
    what: 'no kind of entry is called "{key}"',
    hint: 'did you mean "{nearest}"? Entries are rule, filter, drop, macro, list and required_engine_version',
  },
  SFP_POLICY_UNKNOWN_KEY: { what: '"{key}" has no effect in a {kind}', hint: 'did you mean "{nearest}"?' },
  SFP_POLICY_REPEATED_KEY: { what: '"{key}" is given twice; the first counts', hint: 'take one away' },
  SFP_POLICY_NO_NAME: { what: 'the {kind} has no name', hint: 'write "- {kind}: NAME"' },
  SFP_POLICY_MISSING_KEY: { what: 'the {kind} has no "{key}"', hint: 'add "{key}: ..."' },
  SFP_POLICY_NOT_A_TEXT: { what: '"{key}" takes a text, and this is {found}', hint: '' },
  SFP_POLICY_NOT_A_LIST: {
    what: '"{key}" takes a list of texts, and this is {found}',
    hint: 'write [one, two:three]; with a blank behind the colon ["two: three"]',
  },
  SFP_POLICY_PRIORITY: { what: 'no priority is called "{word}"', hint: 'did you mean "{nearest}"? Known: {known}' },
  SFP_POLICY_ENABLED: { what: '"{key}: {word}" is neither true nor false; it counts as true', hint: 'write true or false' },
  SFP_POLICY_RECORD_TYPE: { what: 'no record type is called "{word}"', hint: 'did you mean "{nearest}"? Known: {known}' },
  SFP_POLICY_APPEND: {
    what: 'there is no {kind} "{name}" above to append to',
    hint: 'did you mean "{nearest}"? Files are read in the order of their paths',
  },

  // Conditions.
  SFP_POLICY_CONDITION: { what: '{found} cannot stand here', hint: 'expected {advice}' },
  SFP_POLICY_CONDITION_ENDS: { what: 'the condition ends too early', hint: 'expected {expected}' },
  SFP_POLICY_RESERVED_WORD: { what: '"{word}" is a reserved word', hint: 'to use it as a value, write it in quotes' },
  SFP_POLICY_VALUE_ALONE: { what: '{found} alone is no condition', hint: 'compare it, or write the name of a macro' },
  SFP_POLICY_TOO_DEEP: {
    what: 'the {thing} is nested more than {limit} deep',
    hint: 'take parts of it into macros, or flatten it',
  },
  SFP_POLICY_TOO_WIDE: { what: 'with its macros, the {kind} has more than {limit} comparisons', hint: 'use lists with "in"' },
  SFP_POLICY_UNKNOWN_ATTRIBUTE: {
    what: 'no attribute is called "{name}"',
    hint: 'did you mean "{nearest}"? See docs/attributes.md',
    causes: [
      'The name is mistyped: sfprocessor list attributes tells all of them.',
      'It is a field of another program that has no counterpart here (docs/attributes.md tells which).',
    ],
  },
  SFP_POLICY_OLD_ATTRIBUTE: { what: '"{name}" is read as "{attribute}"', hint: 'write "{attribute}"' },
  SFP_POLICY_MISSPELT_VALUE: {
    what: '"{name}" looks like an attribute and is none, so it is compared as a text',
    hint: 'did you mean "{nearest}"? If the text is meant, write it in quotes',
  },
  SFP_POLICY_SUFFIX: {
    what: '"{name}" has no part "[{path}]"',
    hint: '{reason}',
  },
  SFP_POLICY_UNKNOWN_MACRO: {
    what: 'no macro is called "{name}"',
    hint: 'did you mean "{nearest}"? {hint}',
  },
  SFP_POLICY_MACRO_CYCLE: { what: 'the macro reaches itself: {path}', hint: 'take one of them out' },
  SFP_POLICY_LIST_CYCLE: {
    what: 'the list reaches itself: {path}',
    hint: 'take one of them out, or quote the item if it is a text',
  },
  SFP_POLICY_DUPLICATE_RULE: {
    what: 'another rule is called "{name}" too ({where}); both are tried and both report',
    hint: 'give each rule its own name',
  },
  SFP_POLICY_NOT_A_NUMBER: { what: '"{operator}" compares numbers, and "{text}" is none', hint: 'write a decimal number' },
  SFP_POLICY_NOT_NUMERIC: { what: '"{operator}" compares numbers, and "{name}" is {type}, which counts as 0', hint: '' },
  SFP_POLICY_NEVER_EQUAL: { what: '"{name}" is {type} and never equals "{text}"', hint: 'write {example}' },
  SFP_POLICY_PATTERN: { what: 'this is not a regular expression: {reason}', hint: 'the syntax is that of RE2' },
  SFP_POLICY_PATTERN_NOT_TEXT: {
    what: '"{operator}" takes a text, not an attribute',
    hint: 'if the text "{name}" is meant, write it in quotes',
  },
  SFP_POLICY_NOT_HEX: {
    what: '"{operator}" compares bytes, and "{text}" is no even number of hex digits',
    hint: 'write two digits a byte, as in cafebabe',
  },
  SFP_POLICY_EMPTY_LIST: { what: 'list "{name}" is empty, so this comparison is never true', hint: '' },
  SFP_POLICY_LIST_AS_TEXT: {
    what: '"{name}" is a list, and "{operator}" compares with its name',
    hint: 'write "in ({name})", or quote it if the text is meant',
  },
  SFP_POLICY_INACTIVE_RULE: { what: '{kind} "{name}" can never match: {reasons}', hint: 'it is loaded and stays inactive' },
  SFP_POLICY_UNAVAILABLE: { what: '{kind} "{name}" works in part only: {reasons}', hint: '' },
} as const satisfies ErrorCatalogue

// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../contract/error-catalogue.js'

export const POLICY_FAULTS = {
  // Finding and reading files.
  SFP_POLICY_NOT_FOUND: {
    what: 'policy file or directory "{path}" not found',
    hint: 'check the setting "policies"',
    causes: ['A relative path starts at the current directory, then at the directory of the pipeline file.'],
  },
  SFP_POLICY_NO_FILES: { what: '"{path}" has no policy files', hint: 'policy files end in .yaml or .yml' },
  SFP_POLICY_UNREADABLE: { what: 'cannot read the policy file: {reason}', hint: '' },
  SFP_POLICY_TOO_LARGE: { what: 'the policy file is too large ({size} bytes, limit {limit})', hint: 'split it' },
  SFP_POLICY_TOO_MUCH: {
    what: 'the policy files are too large ({size} bytes up to this file, limit {limit})',
    hint: 'load fewer files',
  },
  SFP_POLICY_NOT_TEXT: { what: 'the file is not UTF-8 text', hint: 'save it as UTF-8' },
  SFP_POLICY_MORE_FAULTS: { what: '{count} more errors not shown', hint: 'fix the errors above first' },

  // The format of a file.
  SFP_POLICY_EMPTY: {
    what: 'the file has no rule, filter, macro or list',
    hint: 'start each entry with its type, for example "- rule: NAME"',
  },
  SFP_POLICY_YAML: { what: 'invalid YAML: {reason}', hint: '{more} more errors of this kind' },
  SFP_POLICY_NOT_YAML: {
    what: 'invalid YAML ({reason}); using the legacy parser',
    hint: 'indent with spaces, align entries, and quote strings that contain ": "',
    causes: ['Lines are indented with tabs.', 'An unquoted condition contains ": " or starts with a quote.'],
  },
  SFP_POLICY_FILE_SYNTAX: { what: 'unexpected {found}', hint: 'expected {expected}' },
  SFP_POLICY_NO_LIST: { what: 'a policy file must be a list of entries, not {found}', hint: 'start each entry with "- "' },
  SFP_POLICY_NO_ENTRY: {
    what: 'expected an entry, found {found}',
    hint: 'start each entry with its type, for example "- rule: NAME"',
  },
  SFP_POLICY_TOO_MANY: { what: 'the file has more than {limit} values (each use of an alias counts)', hint: 'split it' },
  SFP_POLICY_ALIAS: { what: 'unknown anchor "&{name}"', hint: '' },
  SFP_POLICY_UNKNOWN_ENTRY: {
    what: 'unknown entry type "{key}"',
    hint: 'did you mean "{nearest}"? Known: rule, filter, drop, macro, list and required_engine_version',
  },
  SFP_POLICY_UNKNOWN_KEY: { what: '"{key}" has no effect in a {kind}', hint: 'did you mean "{nearest}"?' },
  SFP_POLICY_REPEATED_KEY: { what: 'duplicate key "{key}"; the first one is used', hint: 'remove one' },
  SFP_POLICY_NO_NAME: { what: 'the {kind} has no name', hint: 'write "- {kind}: NAME"' },
  SFP_POLICY_MISSING_KEY: { what: 'the {kind} has no "{key}"', hint: 'add "{key}: ..."' },
  SFP_POLICY_NOT_A_TEXT: { what: '"{key}" must be a string, not {found}', hint: '' },
  SFP_POLICY_NOT_A_LIST: {
    what: '"{key}" must be a list of strings, not {found}',
    hint: 'write [one, two:three]; with a space after the colon ["two: three"]',
  },
  SFP_POLICY_PRIORITY: { what: 'unknown priority "{word}"', hint: 'did you mean "{nearest}"? Known: {known}' },
  SFP_POLICY_ENABLED: { what: '"{key}: {word}" is not true or false; using true', hint: 'write true or false' },
  SFP_POLICY_RECORD_TYPE: { what: 'unknown record type "{word}"', hint: 'did you mean "{nearest}"? Known: {known}' },
  SFP_POLICY_APPEND: {
    what: 'cannot append: no earlier {kind} "{name}"',
    hint: 'did you mean "{nearest}"? Files are read in the order of their paths',
  },

  // Conditions.
  SFP_POLICY_CONDITION: { what: 'unexpected {found}', hint: 'expected {advice}' },
  SFP_POLICY_CONDITION_ENDS: { what: 'unexpected end of the condition', hint: 'expected {expected}' },
  SFP_POLICY_RESERVED_WORD: { what: '"{word}" is a reserved word', hint: 'to use it as a value, put it in quotes' },
  SFP_POLICY_VALUE_ALONE: { what: '{found} is not a condition', hint: 'add an operator, or use the name of a macro' },
  SFP_POLICY_TOO_DEEP: {
    what: 'the {thing} has more than {limit} nested levels',
    hint: 'move parts of it into macros, or flatten it',
  },
  SFP_POLICY_TOO_WIDE: { what: 'with its macros, the {kind} has more than {limit} comparisons', hint: 'use lists with "in"' },
  SFP_POLICY_UNKNOWN_ATTRIBUTE: {
    what: 'unknown attribute "{name}"',
    hint: 'did you mean "{nearest}"? See docs/attributes.md',
    causes: [
      'The name is mistyped: "sfprocessor list attributes" lists all attributes.',
      'The field of another program has no equivalent here (see docs/attributes.md).',
    ],
  },
  SFP_POLICY_OLD_ATTRIBUTE: { what: '"{name}" is deprecated and means "{attribute}"', hint: 'use "{attribute}"' },
  SFP_POLICY_MISSPELT_VALUE: {
    what: '"{name}" is not an attribute; it is compared as a string',
    hint: 'did you mean "{nearest}"? If you mean a string, put it in quotes',
  },
  SFP_POLICY_SUFFIX: {
    what: '"{name}" has no part "[{path}]"',
    hint: '{reason}',
  },
  SFP_POLICY_UNKNOWN_MACRO: {
    what: 'unknown macro "{name}"',
    hint: 'did you mean "{nearest}"? {hint}',
  },
  SFP_POLICY_MACRO_CYCLE: { what: 'recursive macro: {path}', hint: 'remove one of the references' },
  SFP_POLICY_LIST_CYCLE: {
    what: 'recursive list: {path}',
    hint: 'remove one of the references, or quote the item if it is a string',
  },
  SFP_POLICY_DUPLICATE_RULE: {
    what: 'duplicate rule name "{name}" (also at {where}); both rules are active',
    hint: 'use unique rule names',
  },
  SFP_POLICY_NOT_A_NUMBER: {
    what: '"{operator}" compares numbers, but "{text}" is not a number',
    hint: 'write a decimal number',
  },
  SFP_POLICY_NOT_NUMERIC: { what: '"{operator}" compares numbers, but "{name}" is {type} and counts as 0', hint: '' },
  SFP_POLICY_NEVER_EQUAL: { what: '"{name}" is {type} and never equals "{text}"', hint: 'write {example}' },
  SFP_POLICY_PATTERN: { what: 'invalid regular expression: {reason}', hint: 'use RE2 syntax' },
  SFP_POLICY_PATTERN_NOT_TEXT: {
    what: '"{operator}" needs a string, not an attribute',
    hint: 'if you mean the string "{name}", put it in quotes',
  },
  SFP_POLICY_NOT_HEX: {
    what: '"{operator}" compares bytes, but "{text}" is not an even number of hex digits',
    hint: 'write two digits per byte, for example cafebabe',
  },
  SFP_POLICY_EMPTY_LIST: { what: 'list "{name}" is empty: the comparison is never true', hint: '' },
  SFP_POLICY_LIST_AS_TEXT: {
    what: '"{name}" is a list, but "{operator}" compares with the string "{name}"',
    hint: 'write "in ({name})", or put it in quotes if you mean a string',
  },
  SFP_POLICY_INACTIVE_RULE: { what: '{kind} "{name}" can never match: {reasons}', hint: 'it is loaded but inactive' },
  SFP_POLICY_UNAVAILABLE: { what: '{kind} "{name}" works only partially: {reasons}', hint: '' },
} as const satisfies ErrorCatalogue

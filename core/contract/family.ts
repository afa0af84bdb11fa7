// SPDX-License-Identifier: Apache-2.0
import type { CommandDefinition } from './command.js'
import type { ErrorCatalogue } from './error-catalogue.js'
import type { JsonSchema } from './json-schema.js'
import type { Components, Plugin } from './plugin.js'
import type { RecordAdapter } from './record-adapter.js'

/**
 * A plugin family: all code for one kind of record or one foreign format. The program refers to a family only by this value
 * (driver/loader/built-in.ts). Every start of the program reads the value, so its functions load their modules when they are
 * called.
 */
export interface Family {
  readonly name: string
  /** The components of the family. A plugin that looks up other components at run time takes them from the context. */
  plugins(context: FamilyContext): Promise<readonly Plugin[]>
  /** The adapters of these plugins, for tools that need no component: completion, `list attributes`, `create rule`. */
  adapters(): Promise<readonly RecordAdapter<never>[]>
  /** The error codes of the family. */
  errors?(): Promise<ErrorCatalogue>
  /** Commands of the program that belong to the family, in the order of the help. */
  readonly commands?: readonly CommandDefinition[]
  /** Kinds of files that belong to the family, for `sfprocessor schema`. */
  readonly schemas?: readonly FileSchema[]
  /** Templates of tests for rules on records of the family, for `create rule`. */
  readonly ruleTests?: readonly RuleTestTemplate[]
}

export interface FamilyContext {
  /** All components of the pipeline. The list is complete only when the first stage is created. */
  readonly components: Components
}

/** The JSON Schema of one kind of file. */
export interface FileSchema {
  /** The name of the kind in `sfprocessor schema`. */
  readonly kind: string
  schema(): Promise<JsonSchema>
}

/**
 * A template of the file that `create rule` puts beside a new rule. Its author adds records that the rule must match and records
 * that it must not match.
 */
export interface RuleTestTemplate {
  /** Channel type of the records. */
  readonly channel: string
  text(ruleName: string): Promise<string>
  /** The author's next steps, one line each. */
  nextSteps(ruleFile: string, testFile: string): readonly string[]
}

// SPDX-License-Identifier: Apache-2.0
import type { CommandDefinition } from './command.js'
import type { ErrorCatalogue } from './error-catalogue.js'
import type { JsonSchema } from './json-schema.js'
import type { Components, Plugin } from './plugin.js'
import type { RecordAdapter } from './record-adapter.js'

/**
 * A plugin family: all that knows one kind of record or one foreign format. The program knows a family by this value alone
 * (driver/loader/built-in.ts). Every start of the program reads the value, so its members load their modules when they are called.
 */
export interface Family {
  readonly name: string
  /** The components of the family. Plugins that look up other components when they are used take them from the context. */
  plugins(context: FamilyContext): Promise<readonly Plugin[]>
  /** The adapters that come with these plugins, for tools that need no component: completion, `list attributes`, `create rule`. */
  adapters(): Promise<readonly RecordAdapter<never>[]>
  /** The error codes of the family. */
  errors?(): Promise<ErrorCatalogue>
  /** Commands of the program that belong to the family, in the order of the help. */
  readonly commands?: readonly CommandDefinition[]
  /** Kinds of files that belong to the family, for `sfprocessor schema`. */
  readonly schemas?: readonly FileSchema[]
  /** How rules for records of the family are tried out, for `create rule`. */
  readonly ruleTests?: readonly RuleTestTemplate[]
}

export interface FamilyContext {
  /** All components of the pipeline. They are complete when the first stage is created, not before. */
  readonly components: Components
}

/** The JSON Schema of one kind of files. */
export interface FileSchema {
  /** As `sfprocessor schema` calls it. */
  readonly kind: string
  schema(): Promise<JsonSchema>
}

/** A file beside a new rule in which its author writes records that the rule must match and must not match. */
export interface RuleTestTemplate {
  /** Channel type of the records. */
  readonly channel: string
  text(ruleName: string): Promise<string>
  /** What the author does next, one line each. */
  nextSteps(ruleFile: string, testFile: string): readonly string[]
}

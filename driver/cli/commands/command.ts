// SPDX-License-Identifier: Apache-2.0
import type { ExitCode } from '../../exit-codes.js'
import type { ProcessContext } from '../../pipeline/prepare.js'

/** A command beside running a pipeline: `sfprocessor NAME ...`. What it needs is loaded when it is called. */
export interface CommandDefinition {
  readonly name: string
  /** What it does, as a phrase for the help. */
  readonly summary: string
  /** In order; `<name>` must be given, `[name]` may be, `[name...]` takes all that follow. */
  readonly arguments: readonly CommandArgument[]
  readonly options: readonly CommandOption[]
  /** For its page and its help: whole command lines, each with what it does. */
  readonly examples?: readonly CommandExample[]
  /** When its exit status is 0, and when 1, where that is not plain: the status is its answer. */
  readonly status?: { readonly ok: string; readonly failed: string }
  /** Commands of its own (`spool ls`); it is then not called itself. */
  readonly commands?: readonly CommandDefinition[]
  /** Throws a fault if it cannot do what is asked. */
  run?(invocation: CommandInvocation, context: ProcessContext): Promise<ExitCode>
}

export interface CommandArgument {
  readonly name: string
  readonly description: string
  readonly choices?: readonly string[]
}

export interface CommandExample {
  /** As typed: `sfprocessor spool ls /var/lib/sfprocessor/spool/alerts`. */
  readonly line: string
  /** As a phrase: what it does. */
  readonly description: string
}

export interface CommandOption {
  /** `-o, --output <file>`; without a value in angle brackets it is a switch. */
  readonly flags: string
  readonly description: string
  readonly choices?: readonly string[]
  readonly isRequired?: boolean
}

/** What was given: positional arguments in order (those that were left out are missing), options by their long names. */
export interface CommandInvocation {
  readonly arguments: readonly string[]
  readonly options: Readonly<Record<string, string | boolean>>
}

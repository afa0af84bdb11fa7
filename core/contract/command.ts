// SPDX-License-Identifier: Apache-2.0
import type { Writable } from 'node:stream'
import type { Environment } from './environment.js'

/** A command beside running a pipeline: `sfprocessor NAME ...`. What it needs is loaded when it is called. */
export interface CommandDefinition<Context extends CommandContext = CommandContext> {
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
  readonly commands?: readonly CommandDefinition<Context>[]
  /** Throws a fault if it cannot do what is asked. */
  run?(invocation: CommandInvocation, context: Context): Promise<CommandStatus>
}

/** Exit status of the process: 0 done, 1 failed. The program itself also uses 2 (wrong command line) and 3 (ledger). */
export type CommandStatus = 0 | 1 | 2 | 3

/** The process, as far as a command sees it. */
export interface CommandContext {
  readonly stdout: Writable
  readonly stderr: Writable
  readonly environment: Environment
  /** The current directory. */
  readonly directory: string
  /** Fires when the command is to end. */
  readonly stop: AbortSignal
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

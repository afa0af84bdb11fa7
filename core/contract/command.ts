// SPDX-License-Identifier: Apache-2.0
import type { Writable } from 'node:stream'
import type { Environment } from './environment.js'

/** A command other than running a pipeline: `sfprocessor NAME ...`. A command loads its modules when it is called. */
export interface CommandDefinition<Context extends CommandContext = CommandContext> {
  readonly name: string
  /** A phrase for the help: what the command does. */
  readonly summary: string
  /** In order. `<name>` is required, `[name]` is optional, `[name...]` takes all remaining arguments. */
  readonly arguments: readonly CommandArgument[]
  readonly options: readonly CommandOption[]
  /** Complete command lines with descriptions, for the docs page and the help. */
  readonly examples?: readonly CommandExample[]
  /**
   * When the exit status is 0 and when it is 1. Given where the status is the result of the command and its meaning is not
   * obvious.
   */
  readonly status?: { readonly ok: string; readonly failed: string }
  /** Subcommands (`spool ls`). A command with subcommands is not called itself. */
  readonly commands?: readonly CommandDefinition<Context>[]
  /** Throws a fault if the command fails. */
  run?(invocation: CommandInvocation, context: Context): Promise<CommandStatus>
}

/** Exit status of the process: 0 done, 1 failed. The program itself also uses 2 (wrong command line) and 3 (ledger). */
export type CommandStatus = 0 | 1 | 2 | 3

/** The part of the process that a command can use. */
export interface CommandContext {
  readonly stdout: Writable
  readonly stderr: Writable
  readonly environment: Environment
  /** The current directory. */
  readonly directory: string
  /** Fires when the command must end. */
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
  /** A phrase: what the command line does. */
  readonly description: string
}

export interface CommandOption {
  /** `-o, --output <file>`. Without a value in angle brackets the option is a switch. */
  readonly flags: string
  readonly description: string
  readonly choices?: readonly string[]
  readonly isRequired?: boolean
}

/** The parsed command line: positional arguments in order (omitted ones are missing), options by their long names. */
export interface CommandInvocation {
  readonly arguments: readonly string[]
  readonly options: Readonly<Record<string, string | boolean>>
}

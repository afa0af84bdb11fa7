// SPDX-License-Identifier: Apache-2.0

import type { CommandDefinition } from '../../../core/contract/command.js'
import { FAMILIES } from '../../loader/built-in.js'
import type { ProcessContext } from '../../process/process-context.js'
import { completionCommand } from './completion.js'
import { createCommand } from './create.js'
import { explainCommand } from './explain.js'
import { healthCommand } from './health.js'
import { listCommand } from './list.js'
import { schemaCommand } from './schema.js'
import { spoolCommand } from './spool.js'
import { tapCommand } from './tap.js'
import { topCommand } from './top.js'
import { verifyCommand } from './verify.js'

/** All commands, in the order of the help: those of the families first. */
export const COMMANDS: readonly CommandDefinition<ProcessContext>[] = [
  ...FAMILIES.flatMap(({ commands = [] }) => commands),
  healthCommand,
  topCommand,
  tapCommand,
  verifyCommand,
  spoolCommand,
  listCommand,
  explainCommand,
  schemaCommand,
  createCommand,
  completionCommand,
]

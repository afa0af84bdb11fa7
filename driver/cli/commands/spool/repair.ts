// SPDX-License-Identifier: Apache-2.0

import { relative, resolve } from 'node:path'
import type { CommandInvocation } from '../../../../core/contract/command.js'
import { repairSpoolFolder } from '../../../../core/spool/repair-spool-folder.js'
import { EXIT, type ExitCode } from '../../../exit-codes.js'
import type { ProcessContext } from '../../../process/process-context.js'
import { surveyFolder } from './inspect.js'

export async function repairSpool(
  { arguments: [given = ''] }: CommandInvocation,
  { stdout, directory }: ProcessContext,
): Promise<ExitCode> {
  const folder = resolve(directory, given)
  // A missing folder must not be created or locked.
  await surveyFolder(folder)
  const { before, saved, damagedFolder } = await repairSpoolFolder(folder)
  if (damagedFolder === undefined) stdout.write(`no damage: ${saved} records waiting\n`)
  else {
    stdout.write(`${saved} records saved, ${before.lost} lost\n`)
    stdout.write(`original files: ${relative(directory, damagedFolder)}\n`)
  }
  return EXIT.ok
}

// SPDX-License-Identifier: Apache-2.0
import { relative, resolve } from 'node:path'
import { repair } from '../../../../core/spool/repair.js'
import { EXIT, type ExitCode } from '../../../exit-codes.js'
import type { World } from '../../../pipeline/prepare.js'
import type { Call } from '../command.js'
import { surveyed } from './look.js'

export async function mend({ arguments: [given = ''] }: Call, { stdout, directory }: World): Promise<ExitCode> {
  const folder = resolve(directory, given)
  // A folder that is not there must not be owned.
  await surveyed(folder)
  const { before, saved, aside } = await repair(folder)
  if (aside === undefined) stdout.write(`nothing is damaged: ${saved} records wait\n`)
  else {
    stdout.write(`${saved} records saved, ${before.lost} were lost\n`)
    stdout.write(`everything as it was: ${relative(directory, aside)}\n`)
  }
  return EXIT.ok
}

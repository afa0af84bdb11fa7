// SPDX-License-Identifier: Apache-2.0
import { rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { matchingNames } from './finish.js'
import { DAY_FOLDER, FILE, HOUR_FOLDER } from './names.js'

/** Deletes archive files of days more than `days` days ago; 0: none. Other files remain, and so do their folders. */
export async function deleteOldDays(folder: string, days: number, now: Date): Promise<void> {
  if (days === 0) return
  const oldest = new Date(now.getTime() - days * 86_400_000).toISOString().slice(0, 10)
  for (const day of (await matchingNames(folder, DAY_FOLDER)).filter(name => name < oldest)) {
    for (const hour of await matchingNames(join(folder, day), HOUR_FOLDER)) {
      for (const file of await matchingNames(join(folder, day, hour), FILE)) await rm(join(folder, day, hour, file))
      await rmdir(join(folder, day, hour)).catch(() => {})
    }
    await rmdir(join(folder, day)).catch(() => {})
  }
}

// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'

/** `2024-05-01/10` in the folder of the archive; all times are UTC. */
export const hourFolder = (folder: string, time: Date): string => {
  const iso = time.toISOString()
  return join(folder, iso.slice(0, 10), iso.slice(11, 13))
}

/** `101502-0.json`: the start time of the file, and its number among the files started in the same second. */
export const fileName = (time: Date, number: number): string =>
  `${time.toISOString().slice(11, 19).replaceAll(':', '')}-${number}.json`

export const DAY_FOLDER = /^\d{4}-\d\d-\d\d$/
export const HOUR_FOLDER = /^\d\d$/
/** Suffix of a file that is being written. */
export const PART_ENDING = '.part'
/** Suffix of the output file while compression runs. */
export const COMPRESSING_ENDING = '.half'
export const GZIP_ENDING = '.gz'
/** Names of archive files in any state. */
export const FILE = /^\d{6}-\d+\.json(\.part|\.half|\.gz)?$/

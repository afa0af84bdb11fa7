// SPDX-License-Identifier: Apache-2.0
import { readFileSync, statSync } from 'node:fs'
import type { Environment } from '../../../core/contract/environment.js'
import { Fault, Faults } from '../../../core/errors/fault.js'
import { reasonOf } from '../../../core/errors/reason.js'
import type { Settings } from '../settings.js'

/** Reads a pipeline file. Throws all structural faults at once; keys of components are validated later. */
export async function loadSettings(file: string, environment: Environment): Promise<Settings> {
  try {
    const bytes = statSync(file).size
    if (bytes > MAX_FILE_BYTES) throw new Fault('SFP_CONFIG_TOO_LARGE', { bytes, limit: MAX_FILE_BYTES }, { where: file })
    const { parseSettings } = await import('./parse-settings.js')
    return parseSettings(readFileSync(file, 'utf8'), file, environment)
  } catch (error) {
    if (error instanceof Fault || error instanceof Faults) throw error
    throw new Fault('SFP_CONFIG_UNREADABLE', { file, reason: reasonOf(error, FILE_ERROR_REASONS) }, { cause: error })
  }
}

const FILE_ERROR_REASONS: Readonly<Record<string, string>> = { ENOENT: 'no such file', EISDIR: 'it is a directory' }

/** Well above the size of any real pipeline file. */
const MAX_FILE_BYTES = 256 * 1024

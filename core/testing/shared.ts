// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * Recorded traces, reference outputs and rule files are in a folder beside the project, since they must not be published with it.
 */
const SHARED = process.env.SF_SHARED ?? resolve('..', 'shared')

/** A path inside the shared folder. */
export const shared = (...parts: string[]): string => join(SHARED, ...parts)

/** For a test's `skip` option: false if the shared folder is present, else the reason, which makes the skip visible. */
export const withoutShared: string | false = existsSync(SHARED) ? false : `no shared data at ${SHARED}`

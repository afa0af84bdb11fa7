// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Recorded traces, reference outputs and rule files lie beside the project and are not ours to ship. */
const SHARED = process.env.SF_SHARED ?? resolve('..', 'shared')

/** Path inside the shared folder. */
export const shared = (...parts: string[]): string => join(SHARED, ...parts)

/** For a test's `skip` option: false where the shared folder is present, else the reason, so that the skip is seen. */
export const withoutShared: string | false = existsSync(SHARED) ? false : `no shared data at ${SHARED}`

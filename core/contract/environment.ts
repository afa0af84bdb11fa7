// SPDX-License-Identifier: Apache-2.0

/** Environment variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>

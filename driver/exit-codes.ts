// SPDX-License-Identifier: Apache-2.0

/** The exit statuses of the program. The help prints them; no document repeats them by hand. */
export const EXIT = {
  /** End of the input, or a signal and everything drained; -version, -h, config, simulate; -test of a valid pipeline. */
  ok: 0,
  /** No path; invalid settings, rules or plugins; input not read completely; records not written; a failed -test. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** Record counts do not add up: records are missing without being counted, which is a bug of the program. */
  ledger: 3,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export const EXIT_HELP = `Exit status:
  ${EXIT.ok}  end of input, or stopped by a signal after draining
  ${EXIT.failed}  no path, an error in settings, rules or plugins, damaged input, lost records, a failed -test
  ${EXIT.usage}  unknown option or invalid value on the command line
  ${EXIT.ledger}  record counts do not add up (a bug in the program)
`

// SPDX-License-Identifier: Apache-2.0

/** What the program's exit status means. Printed by the help, documented nowhere else by hand. */
export const EXIT = {
  /** End of the input, or a signal and everything drained; -version, -h, config, simulate; -test of a good pipeline. */
  ok: 0,
  /** No path; settings, rules or a plugin at fault; input that could not be read whole; records that could not be written; a failed -test. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The books do not balance: records went missing uncounted, which is a fault of the program. */
  ledger: 3,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export const EXIT_HELP = `Exit status:
  ${EXIT.ok}  end of input, or stopped by a signal after draining
  ${EXIT.failed}  no path, a fault in settings, rules or plugins, damaged input, lost records, a failed -test
  ${EXIT.usage}  unknown option or wrong value on the command line
  ${EXIT.ledger}  the record counts do not add up (a fault of the program)
`

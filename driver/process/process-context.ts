// SPDX-License-Identifier: Apache-2.0
import type { CommandContext } from '../../core/contract/command.js'

/** The parts of the process that the program uses. `stop` fires when the drivers must stop. */
export interface ProcessContext extends CommandContext {
  /** Fires when everything must stop at once. */
  readonly abort: AbortSignal
  /** `listener` runs on each request to reload files, until the returned function is called. */
  readonly onReload?: (listener: () => void) => () => void
  /** Called when plugins are loaded: `handler` gets every uncaught error, and returns false if it does not come from a plugin. */
  readonly onUncaughtError?: (handler: (error: unknown) => boolean) => void
}

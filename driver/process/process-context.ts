// SPDX-License-Identifier: Apache-2.0
import type { CommandContext } from '../../core/contract/command.js'

/** The process, as far as the program sees it. `stop` fires when the drivers are to stop. */
export interface ProcessContext extends CommandContext {
  /** Fires when everything is to stop at once. */
  readonly abort: AbortSignal
  /** `listener` runs whenever somebody asks for files to be read again, until what this returns is called. */
  readonly onReload?: (listener: () => void) => () => void
  /** Asked for once plugins are loaded: `handler` gets every error that nobody caught, and answers false to one that is no plugin's. */
  readonly onUncaughtError?: (handler: (error: unknown) => boolean) => void
}

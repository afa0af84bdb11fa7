// SPDX-License-Identifier: Apache-2.0
import type { PluginKind } from '../../core/contract/plugin.js'
import { Fault, type SourcePosition } from '../../core/errors/fault.js'

/** A module that is to hold plugins, before it is loaded. */
export interface FoundModule {
  /** Its file, as it was found: a link is not followed. */
  readonly file: string
  /** The folder that it must not lead out of; none for a single file that the settings name. */
  readonly rootFolder?: string
  /** The folder or package that it is; undefined for a single file. */
  readonly ownFolder?: string | undefined
  /** Kinds that may come from there. */
  readonly kinds: readonly PluginKind[]
  /** What one of its plugins must be called: the name of its file or folder, where it was found by that. */
  readonly name?: string
  /** Where the settings name it, if they do. */
  readonly position?: SourcePosition | undefined
}

/** A fault of a module: shown where the settings name it, else at its file; `reason` then says which file it is. */
export function moduleFault(
  found: FoundModule,
  code: 'SFP_PLUGIN_BROKEN' | 'SFP_PLUGIN_SHAPE' | 'SFP_PLUGIN_OPTIONS',
  reason: string,
  { cause, where = found.file }: { readonly cause?: unknown; readonly where?: string } = {},
): Fault {
  return found.position
    ? new Fault(code, { reason: `${where}: ${reason}` }, { position: found.position, cause })
    : new Fault(code, { reason }, { where, cause })
}

/** Where a fault is shown that names the file itself. */
export const moduleLocation = ({
  position,
  file,
}: FoundModule): { readonly position?: SourcePosition; readonly where?: string } => (position ? { position } : { where: file })

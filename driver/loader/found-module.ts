// SPDX-License-Identifier: Apache-2.0
import type { PluginKind } from '../../core/contract/plugin.js'
import { Fault, type SourcePosition } from '../../core/errors/fault.js'

/** A module with plugins, before it is loaded. */
export interface FoundModule {
  /** The path of its file as it was found, with links unresolved. */
  readonly file: string
  /** The folder that must contain the file; absent for a single file that the settings name. */
  readonly rootFolder?: string
  /** The folder or package of the module; undefined for a single file. */
  readonly ownFolder?: string | undefined
  /** Kinds of plugins that this location may contain. */
  readonly kinds: readonly PluginKind[]
  /** The required name of one of its plugins: the name of its file or folder, if it was found by that name. */
  readonly name?: string
  /** The position in the settings that names it, if any. */
  readonly position?: SourcePosition | undefined
}

/** A fault of a module: at the position in the settings that names it, else at its file; `reason` then names the file. */
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

/** The location of a fault whose text does not name the file: the position in the pipeline file, else the file. */
export const moduleLocation = ({
  position,
  file,
}: FoundModule): { readonly position?: SourcePosition; readonly where?: string } => (position ? { position } : { where: file })

// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, join, resolve } from 'node:path'

/**
 * Where the program keeps what it need not make twice: `SFPROCESSOR_CACHE` if it is set (`off`: nowhere), else the folder that
 * the user's desktop or service manager says, else `~/.cache/sfprocessor`. Undefined: nothing is kept.
 */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const { SFPROCESSOR_CACHE: configured, XDG_CACHE_HOME: caches, HOME: home } = environment
  if (configured) return configured === 'off' ? undefined : resolve(configured)
  // The specification of these folders has relative ones ignored.
  if (caches && isAbsolute(caches)) return join(caches, 'sfprocessor')
  return home && isAbsolute(home) ? join(home, '.cache', 'sfprocessor') : undefined
}

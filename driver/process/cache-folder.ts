// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, join, resolve } from 'node:path'

/**
 * The folder of cached results: `SFPROCESSOR_CACHE` if it is set (`off`: no cache), else a folder in the cache folder that the
 * desktop or the service manager sets, else `~/.cache/sfprocessor`. Undefined: nothing is cached.
 */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const { SFPROCESSOR_CACHE: configured, XDG_CACHE_HOME: caches, HOME: home } = environment
  if (configured) return configured === 'off' ? undefined : resolve(configured)
  // The XDG base directory specification requires that relative paths are ignored.
  if (caches && isAbsolute(caches)) return join(caches, 'sfprocessor')
  return home && isAbsolute(home) ? join(home, '.cache', 'sfprocessor') : undefined
}

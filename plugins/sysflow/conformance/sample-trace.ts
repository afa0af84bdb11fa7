// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Path of the trace that the package ships: an attack on a web server, with processes, files and connections. */
export const sampleTrace = (): string => join(findPackageRoot(), 'resources', 'traces', 'webshell.sf')

/** The root folder of this package, wherever it is installed. */
function findPackageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}

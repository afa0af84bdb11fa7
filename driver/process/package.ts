// SPDX-License-Identifier: Apache-2.0

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { propertyOf } from '../../core/contract/objects.js'

/** The folder of the program's package.json, wherever it is installed. */
export function programRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}

export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(programRoot(), 'package.json'), 'utf8'))
  return String(propertyOf(manifest, 'version') ?? 'unknown')
}

export const AVRO_SCHEMA_VERSION = 5
export const JSON_SCHEMA_VERSION = 5
export const ECS_VERSION = '8.2'
export const BUILD_NUMBER = '1'

export const versionLine = (): string =>
  `Version: ${packageVersion()}+${BUILD_NUMBER}, Avro Schema Version: ${AVRO_SCHEMA_VERSION}, ` +
  `Export Schema Version: ${JSON_SCHEMA_VERSION} (JSON), ${ECS_VERSION} (ECS)\n`

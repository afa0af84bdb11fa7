// SPDX-License-Identifier: Apache-2.0
import { code, GENERATED, markdownTable } from './markdown.js'

/** Names that the program reads from the environment and from files. Tests compare the variables with the source. */
export interface DocumentedName {
  readonly name: string
  readonly description: string
}

export const ENVIRONMENT_VARIABLES: readonly DocumentedName[] = [
  { name: 'SFPROCESSOR_PLUGDIR', description: 'Directory of plugins of any kind. -plugdir overrides it.' },
  { name: 'SFPROCESSOR_DRIVERDIR', description: 'Directory of driver plugins. -driverdir overrides it.' },
  { name: 'SFPROCESSOR_HANDLERDIR', description: 'Directory of handler plugins. -handlerdir overrides it.' },
  { name: 'SFPROCESSOR_ACTIONDIR', description: 'Directory of action plugins. -actiondir overrides it.' },
  {
    name: 'SFPROCESSOR_CACHE',
    description:
      'Directory of the cache for parsed policies and compiled modules; off disables the cache. Default: see the next two.',
  },
  { name: 'XDG_CACHE_HOME', description: 'The subdirectory sfprocessor is the cache if SFPROCESSOR_CACHE is not set.' },
  { name: 'HOME', description: 'The subdirectory .cache/sfprocessor is the cache if neither is set.' },
  { name: 'SFPROCESSOR_DEBUG', description: 'Not empty: internal errors are printed with a stack trace.' },
  { name: 'NO_COLOR', description: 'Not empty: no colors, unless -color or FORCE_COLOR is set.' },
  { name: 'FORCE_COLOR', description: 'Not empty, 0 or false: always colors. Overrides NO_COLOR.' },
  { name: 'TERM', description: 'dumb: no colors.' },
  { name: 'CLUSTER_ID', description: 'Value of the setting cluster.id.' },
  {
    name: 'ADMIN_ADDRESS',
    description:
      'The setting address under admin in the pipeline file. Any ADMIN_ variable enables the endpoint. The command health uses it too.',
  },
  { name: 'ADMIN_PORT', description: 'The setting port under admin.' },
  { name: 'ADMIN_SOCKET', description: 'The setting socket under admin.' },
  { name: 'AWS_ACCESS_KEY_ID', description: 'Access key id of transport s3, if s3.accesskey is not set.' },
  { name: 'AWS_SECRET_ACCESS_KEY', description: 'Secret access key of transport s3, with the previous variable.' },
  { name: 'AWS_SESSION_TOKEN', description: 'Session token of transport s3, with the two previous variables.' },
]

/** Patterns of names. */
export const VARIABLE_PATTERNS: readonly DocumentedName[] = [
  {
    name: 'STAGE_KEY',
    description:
      'Setting KEY of every stage with the name or processor STAGE, with _ for each dot: EXPORTER_FILE_PATH. A name has priority over a processor.',
  },
  {
    name: 'STAGE_KEY_PART',
    description:
      'Key PART in the setting KEY. Items of a list have an index from 0: TRANSFORM_RETRY_SECONDS, TRANSFORM_STEPS_0_FIELD. The index after the last adds an item. A part has priority over the whole setting.',
  },
  { name: 'DRIVER_NAME_KEY', description: 'Setting KEY of the driver NAME, including path and out: DRIVER_SOCKET_MODE.' },
  { name: 'ADMIN_KEY', description: 'Setting KEY of the endpoint.' },
]

export const DOCUMENTED_FILES: readonly DocumentedName[] = [
  { name: './pipeline.json', description: 'Default pipeline file, without -config.' },
  {
    name: 'resources/pipelines/default.json',
    description: 'In the program directory: the pipeline file if ./pipeline.json does not exist.',
  },
  { name: 'policies/attack', description: 'In the program directory: the rules of the shipped pipelines.' },
  {
    name: 'resources/schemas',
    description: 'In the program directory: JSON Schemas of pipeline files, rule files and scenarios.',
  },
  { name: '../resources/plugins', description: 'Next to the program: plugins of any kind, unless another directory is set.' },
  { name: '../resources/drivers, ../resources/handlers, ../resources/actions', description: 'The same for plugins of one kind.' },
  { name: '~/.cache/sfprocessor', description: 'Cache for the next start. You can delete it at any time.' },
]

export function environmentPage(): string {
  const rows = (names: readonly DocumentedName[]): string[][] => names.map(({ name, description }) => [code(name), description])
  return `${GENERATED}
# Environment and files

## Variables

${markdownTable(['variable', 'meaning'], rows(ENVIRONMENT_VARIABLES))}

These variables override single settings ([details](pipeline.md#environment)):

${markdownTable(['variable', 'meaning'], rows(VARIABLE_PATTERNS))}

## Files

${markdownTable(['file', 'meaning'], rows(DOCUMENTED_FILES))}
`
}

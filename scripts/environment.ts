// SPDX-License-Identifier: Apache-2.0
import { code, GENERATED, markdownTable } from './markdown.js'

/** Names that the program reads from the environment and from files. Tests compare the variables with the source. */
export interface DocumentedName {
  readonly name: string
  readonly description: string
}

export const ENVIRONMENT_VARIABLES: readonly DocumentedName[] = [
  { name: 'SFPROCESSOR_PLUGDIR', description: 'Folder of plugins of any kind, as -plugdir, which wins.' },
  { name: 'SFPROCESSOR_DRIVERDIR', description: 'Folder of driver plugins, as -driverdir, which wins.' },
  { name: 'SFPROCESSOR_HANDLERDIR', description: 'Folder of handler plugins, as -handlerdir, which wins.' },
  { name: 'SFPROCESSOR_ACTIONDIR', description: 'Folder of action plugins, as -actiondir, which wins.' },
  {
    name: 'SFPROCESSOR_CACHE',
    description:
      'Folder that caches parsed policies and compiled modules for the next start; off disables the cache. Default: see the next two.',
  },
  { name: 'XDG_CACHE_HOME', description: 'The subfolder sfprocessor is the cache if SFPROCESSOR_CACHE is not set.' },
  { name: 'HOME', description: 'The subfolder .cache/sfprocessor is the cache if neither is set.' },
  { name: 'SFPROCESSOR_DEBUG', description: 'Not empty: errors of the program itself are printed with their stack.' },
  { name: 'NO_COLOR', description: 'Not empty: no colours, unless -color or FORCE_COLOR is set.' },
  { name: 'FORCE_COLOR', description: 'Not empty, 0 or false: colours everywhere; wins over NO_COLOR.' },
  { name: 'TERM', description: 'dumb: no colours.' },
  { name: 'CLUSTER_ID', description: 'Value of the setting cluster.id.' },
  {
    name: 'ADMIN_ADDRESS',
    description:
      'As address under admin of the pipeline file; such a variable opens the endpoint. Also where the command health asks.',
  },
  { name: 'ADMIN_PORT', description: 'As port under admin.' },
  { name: 'ADMIN_SOCKET', description: 'As socket under admin.' },
  { name: 'AWS_ACCESS_KEY_ID', description: 'For the target s3, if its settings have no s3.accesskey.' },
  { name: 'AWS_SECRET_ACCESS_KEY', description: 'For the target s3, with the one before.' },
  { name: 'AWS_SESSION_TOKEN', description: 'For the target s3, with the two before.' },
]

/** Patterns of names. */
export const VARIABLE_PATTERNS: readonly DocumentedName[] = [
  {
    name: 'STAGE_KEY',
    description:
      'Setting KEY of every stage whose name or processor is STAGE, with _ for each point: EXPORTER_FILE_PATH. A name beats a processor.',
  },
  {
    name: 'STAGE_KEY_PART',
    description:
      'Key PART within the setting KEY; an item of a list by its number from 0: TRANSFORM_RETRY_SECONDS, TRANSFORM_STEPS_0_FIELD. The number after the last adds an item. A part beats the whole.',
  },
  { name: 'DRIVER_NAME_KEY', description: 'Setting KEY of the driver NAME, its path and out too: DRIVER_SOCKET_MODE.' },
  { name: 'ADMIN_KEY', description: 'Setting KEY of the endpoint.' },
]

export const DOCUMENTED_FILES: readonly DocumentedName[] = [
  { name: './pipeline.json', description: 'The pipeline file if -config names no other.' },
  {
    name: 'resources/pipelines/default.json',
    description: 'In the folder of the program: the pipeline file if there is none here.',
  },
  { name: 'policies/attack', description: 'In the folder of the program: the rules that the shipped pipelines name.' },
  {
    name: 'resources/schemas',
    description: 'In the folder of the program: JSON Schemas of pipeline files, rule files and scenarios.',
  },
  { name: '../resources/plugins', description: 'Beside the program: plugins of any kind, unless another folder is named.' },
  { name: '../resources/drivers, ../resources/handlers, ../resources/actions', description: 'The same for plugins of one kind.' },
  { name: '~/.cache/sfprocessor', description: 'Cache for the next start. It can be deleted at any time.' },
]

export function environmentPage(): string {
  const rows = (names: readonly DocumentedName[]): string[][] => names.map(({ name, description }) => [code(name), description])
  return `${GENERATED}
# Environment and files

## Variables

${markdownTable(['variable', 'meaning'], rows(ENVIRONMENT_VARIABLES))}

Settings can be overridden one by one ([how](pipeline.md#environment)):

${markdownTable(['variable', 'meaning'], rows(VARIABLE_PATTERNS))}

## Files

${markdownTable(['file', 'meaning'], rows(DOCUMENTED_FILES))}
`
}

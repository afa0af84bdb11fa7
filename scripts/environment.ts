// SPDX-License-Identifier: Apache-2.0
import { code, GENERATED, table } from './table.js'

/** What the program reads from the environment and from its surroundings; tests hold the first against the source. */
export interface Fact {
  readonly name: string
  readonly says: string
}

export const VARIABLES: readonly Fact[] = [
  { name: 'SFPROCESSOR_PLUGDIR', says: 'Folder of plugins of any kind, as -plugdir, which wins.' },
  { name: 'SFPROCESSOR_DRIVERDIR', says: 'Folder of driver plugins, as -driverdir, which wins.' },
  { name: 'SFPROCESSOR_HANDLERDIR', says: 'Folder of handler plugins, as -handlerdir, which wins.' },
  { name: 'SFPROCESSOR_ACTIONDIR', says: 'Folder of action plugins, as -actiondir, which wins.' },
  {
    name: 'SFPROCESSOR_CACHE',
    says: 'Folder in which parsed policies and compiled modules are kept for the next start; off keeps nothing. Default: the next two.',
  },
  { name: 'XDG_CACHE_HOME', says: 'Its folder sfprocessor is used if SFPROCESSOR_CACHE says nothing.' },
  { name: 'HOME', says: 'Its folder .cache/sfprocessor is used if neither says anything.' },
  { name: 'SFPROCESSOR_DEBUG', says: 'Not empty: a fault of the program itself is told with its stack.' },
  { name: 'NO_COLOR', says: 'Not empty: no colours, unless -color or FORCE_COLOR say otherwise.' },
  { name: 'FORCE_COLOR', says: 'Not empty, 0 or false: colours everywhere; wins over NO_COLOR.' },
  { name: 'TERM', says: 'dumb: no colours.' },
  { name: 'CLUSTER_ID', says: 'Value of the setting cluster.id.' },
  {
    name: 'INSIDE_ADDRESS',
    says: 'As address under inside of the pipeline file; such a variable opens the endpoint. Also where the command health asks.',
  },
  { name: 'INSIDE_PORT', says: 'As port under inside.' },
  { name: 'INSIDE_SOCKET', says: 'As socket under inside.' },
  { name: 'AWS_ACCESS_KEY_ID', says: 'For the target s3, if its settings have no s3.accesskey.' },
  { name: 'AWS_SECRET_ACCESS_KEY', says: 'For the target s3, with the one before.' },
  { name: 'AWS_SESSION_TOKEN', says: 'For the target s3, with the two before.' },
]

/** Names that stand for many. */
export const PATTERNS: readonly Fact[] = [
  {
    name: 'STAGE_KEY',
    says: 'Setting KEY of every stage whose name or processor is STAGE, with _ for each point: EXPORTER_FILE_PATH. A name beats a processor.',
  },
  { name: 'DRIVER_NAME_KEY', says: 'Setting KEY of the driver NAME, its path and out too: DRIVER_SOCKET_MODE.' },
  { name: 'INSIDE_KEY', says: 'Setting KEY of the endpoint.' },
]

export const FILES: readonly Fact[] = [
  { name: './pipeline.json', says: 'The pipeline file if -config names no other.' },
  { name: 'resources/pipelines/default.json', says: 'In the folder of the program: the pipeline file if there is none here.' },
  { name: 'policies/attack', says: 'In the folder of the program: the rules that the shipped pipelines name.' },
  { name: 'resources/schemas', says: 'In the folder of the program: JSON Schemas of pipeline files, rule files and scenarios.' },
  { name: '../resources/plugins', says: 'Beside the program: plugins of any kind, unless another folder is named.' },
  { name: '../resources/drivers, ../resources/handlers, ../resources/actions', says: 'The same for plugins of one kind.' },
  { name: '~/.cache/sfprocessor', says: 'What is kept for the next start. It can be deleted at any time.' },
]

export function environmentPage(): string {
  const rows = (facts: readonly Fact[]): string[][] => facts.map(({ name, says }) => [code(name), says])
  return `${GENERATED}
# Environment and files

## Variables

${table(['variable', 'meaning'], rows(VARIABLES))}

Settings can be overridden one by one ([how](pipeline.md#environment)):

${table(['variable', 'meaning'], rows(PATTERNS))}

## Files

${table(['file', 'meaning'], rows(FILES))}
`
}

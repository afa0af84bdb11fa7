// SPDX-License-Identifier: Apache-2.0

import { basename, dirname, join, resolve } from 'node:path'
import type { Environment } from '../../core/contract/environment.js'
import { PLUGIN_KINDS, type PluginKind } from '../../core/contract/plugin.js'
import { componentNamesIn, variablesOf } from '../config/environment.js'
import type { RunSettings } from '../config/run-settings.js'
import { type FolderKey, type Setting, type Settings, type SettingsSection, settingOf } from '../config/settings.js'
import { programRoot } from '../process/package.js'
import type { PluginFolder, PluginSearch } from './plugin-search.js'

/**
 * Where the plugins of a pipeline are searched. For each kind of folder: its option, else its variable, else the keys of the
 * pipeline file (the top-level key, and those of stages), else the default folder.
 */
export function pluginSearchOf(
  settings: Settings,
  options: RunSettings,
  environment: Environment,
  directory: string,
): PluginSearch {
  const pipelineFolder = resolve(directory, dirname(settings.file))
  const foldersFor = (key: FolderKey, kinds: readonly PluginKind[], wantedNames?: ReadonlySet<string>): PluginFolder[] => {
    const chosen = choices(key, settings, options, environment)
    if (chosen.length === 0) return [{ key, kinds, path: defaultFolder(key), ...(wantedNames && { wantedNames }) }]
    return chosen.map(({ value, origin }) => ({
      key,
      kinds,
      path: resolve(origin.kind === 'file' ? pipelineFolder : directory, String(value)),
      origin: origin,
      ...(wantedNames && { wantedNames }),
    }))
  }
  return {
    folders: [
      ...foldersFor('plugdir', PLUGIN_KINDS, namesIn(settings, options, environment)),
      ...foldersFor('driverdir', ['driver']),
      ...foldersFor('handlerdir', ['handler']),
      ...foldersFor('actiondir', ['action']),
    ],
    namedModules: settings.plugins ?? [],
    baseFolders: [pipelineFolder, directory, programRoot()],
  }
}

function choices(key: FolderKey, settings: Settings, options: RunSettings, environment: Environment): Setting[] {
  const option = optionOf(options, key)
  if (option !== undefined) return [{ key, value: option, rawText: option, origin: { kind: 'option', option: `-${key}` } }]
  const variable = `SFPROCESSOR_${key.toUpperCase()}`
  const value = environment[variable]
  if (value) return [{ key, value, rawText: value, origin: { kind: 'environment', variable } }]
  const top = settings.folders?.get(key)
  const ofStages = STAGE_FOLDERS.filter(folder => folder.key === key).flatMap(({ processor, keys }) =>
    settings.pipeline
      .filter(section => settingOf(section, 'processor')?.value === processor)
      .flatMap(section => firstSetting(section, keys, environment)),
  )
  return [...(top ? [top] : []), ...ofStages].filter(({ value }) => typeof value === 'string' && value !== '')
}

/** Keys of a stage that name a folder; the current name first. */
const STAGE_FOLDERS: readonly { readonly key: FolderKey; readonly processor: string; readonly keys: readonly string[] }[] = [
  { key: 'handlerdir', processor: 'sysflowreader', keys: ['handlerdir', 'handlerlibpath'] },
  { key: 'handlerdir', processor: 'sysflowprocessor', keys: ['handlerdir', 'handlerlibpath'] },
  { key: 'handlerdir', processor: 'sysflowprocessor', keys: ['handlerdir', 'handlerlibpath'] },
  { key: 'actiondir', processor: 'policyengine', keys: ['actiondir'] },
]

/** The first of the keys that is set. */
function firstSetting(section: SettingsSection, keys: readonly string[], environment: Environment): Setting[] {
  const variables = variablesOf(section, keys, environment)
  for (const key of keys) {
    const setting = variables.find(one => one.key === key) ?? section.file.get(key)
    if (setting) return [setting]
  }
  return []
}

const optionOf = (options: RunSettings, key: FolderKey): string | undefined =>
  ({
    plugdir: options.pluginDirectory,
    driverdir: options.driverDirectory,
    handlerdir: options.handlerDirectory,
    actiondir: options.actionDirectory,
  })[key]

/** In an installation, the plugins are next to `lib`; in a checkout, next to `driver`. The current directory is never used. */
function defaultFolder(key: FolderKey): string {
  const root = programRoot()
  const resources = basename(dirname(root)) === 'lib' ? resolve(root, '../../resources') : join(root, 'resources')
  return join(resources, DEFAULT_FOLDERS[key])
}

const DEFAULT_FOLDERS: Readonly<Record<FolderKey, string>> = {
  plugdir: 'plugins',
  driverdir: 'drivers',
  handlerdir: 'handlers',
  actiondir: 'actions',
}

/** Keys of a stage whose value may be the name of a component. */
const NAMING_KEYS = ['handler', 'format', 'export']

/** All names of components in the settings. Rules name actions too, but they are read later: actions have a folder. */
function namesIn({ drivers, pipeline }: Settings, options: RunSettings, environment: Environment): ReadonlySet<string> {
  const values = [
    options.driver,
    ...drivers.map(section => settingOf(section, 'driver')?.value),
    ...pipeline.flatMap(section => [
      ...['processor', ...NAMING_KEYS].map(key => settingOf(section, key)?.value),
      ...variablesOf(section, NAMING_KEYS, environment).map(({ value }) => value),
      ...componentNamesIn(section, PLUGIN_KINDS, environment),
    ]),
  ]
  return new Set(values.filter(value => typeof value === 'string'))
}

// SPDX-License-Identifier: Apache-2.0
import { basename, dirname, join, resolve } from 'node:path'
import { PLUGIN_KINDS, type PluginKind } from '../../core/contract/plugin.js'
import { type Environment, variablesOf } from '../config/environment.js'
import { type FolderKey, type Section, type Setting, type Settings, settingOf } from '../config/settings.js'
import { packageRoot } from '../process/package.js'
import type { RunSettings } from '../cli/run-options.js'
import type { PluginFolder, Search } from './search.js'

/**
 * Where plugins of a pipeline are looked for. Each kind of folder: its option, else its variable, else the keys of the
 * pipeline file (that at the top, and those of stages), else the usual folder.
 */
export function placesOf(settings: Settings, options: RunSettings, environment: Environment, directory: string): Search {
  const beside = resolve(directory, dirname(settings.file))
  const given = (key: FolderKey, kinds: readonly PluginKind[], wanted?: ReadonlySet<string>): PluginFolder[] => {
    const chosen = choices(key, settings, options, environment)
    if (chosen.length === 0) return [{ key, kinds, path: usualFolder(key), ...(wanted && { wanted }) }]
    return chosen.map(({ value, origin }) => ({
      key,
      kinds,
      path: resolve(origin.kind === 'file' ? beside : directory, String(value)),
      givenBy: origin,
      ...(wanted && { wanted }),
    }))
  }
  return {
    folders: [
      ...given('plugdir', PLUGIN_KINDS, namesIn(settings, options, environment)),
      ...given('driverdir', ['driver']),
      ...given('handlerdir', ['handler']),
      ...given('actiondir', ['action']),
    ],
    named: settings.plugins ?? [],
    from: [beside, directory, packageRoot()],
  }
}

function choices(key: FolderKey, settings: Settings, options: RunSettings, environment: Environment): Setting[] {
  const option = optionOf(options, key)
  if (option !== undefined) return [{ key, value: option, written: option, origin: { kind: 'option', option: `-${key}` } }]
  const variable = `SFPROCESSOR_${key.toUpperCase()}`
  const value = environment[variable]
  if (value) return [{ key, value, written: value, origin: { kind: 'environment', variable } }]
  const top = settings.folders?.get(key)
  const ofStages = STAGE_FOLDERS.filter(folder => folder.key === key).flatMap(({ processor, keys }) =>
    settings.pipeline
      .filter(section => settingOf(section, 'processor')?.value === processor)
      .flatMap(section => said(section, keys, environment)),
  )
  return [...(top ? [top] : []), ...ofStages].filter(({ value }) => typeof value === 'string' && value !== '')
}

/** Keys of a stage that name a folder; the newest spelling first. */
const STAGE_FOLDERS: readonly { readonly key: FolderKey; readonly processor: string; readonly keys: readonly string[] }[] = [
  { key: 'handlerdir', processor: 'sysflowreader', keys: ['handlerdir', 'handlerlibpath'] },
  { key: 'handlerdir', processor: 'sysflowprocessor', keys: ['handlerdir', 'handlerlibpath'] },
  { key: 'handlerdir', processor: 'sysflowprocessor', keys: ['handlerdir', 'handlerlibpath'] },
  { key: 'actiondir', processor: 'policyengine', keys: ['actiondir'] },
]

/** The first of the keys that is set. */
function said(section: Section, keys: readonly string[], environment: Environment): Setting[] {
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

/** Installed, the plugins lie beside `lib`; in a checkout, beside `driver`. Never where somebody happens to stand. */
function usualFolder(key: FolderKey): string {
  const root = packageRoot()
  const resources = basename(dirname(root)) === 'lib' ? resolve(root, '../../resources') : join(root, 'resources')
  return join(resources, USUAL[key])
}

const USUAL: Readonly<Record<FolderKey, string>> = {
  plugdir: 'plugins',
  driverdir: 'drivers',
  handlerdir: 'handlers',
  actiondir: 'actions',
}

/** Keys of a stage whose value may be the name of a component. */
const NAMING_KEYS = ['handler', 'format', 'export']

/** Every name that the settings give to a component. Rules name actions too, but they are read later: these have a folder. */
function namesIn({ drivers, pipeline }: Settings, options: RunSettings, environment: Environment): ReadonlySet<string> {
  const values = [
    options.driver,
    ...drivers.map(section => settingOf(section, 'driver')?.value),
    ...pipeline.flatMap(section => [
      ...['processor', ...NAMING_KEYS].map(key => settingOf(section, key)?.value),
      ...variablesOf(section, NAMING_KEYS, environment).map(({ value }) => value),
    ]),
  ]
  return new Set(values.filter(value => typeof value === 'string'))
}

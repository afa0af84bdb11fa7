// SPDX-License-Identifier: Apache-2.0

import { existsSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import type { Environment } from '../../core/contract/environment.js'
import type { Transport } from '../../core/contract/exporter.js'
import { Fault, Faults } from '../../core/errors/fault.js'
import { formatFault } from '../../core/errors/format-fault.js'
import { overlayEnvironment } from '../config/environment.js'
import type { OptionsContext } from '../config/options/resolve-options.js'
import { Validator } from '../config/options/validate.js'
import { withOutputFormat } from '../config/output-format.js'
import { loadSettings } from '../config/pipeline-file/load-settings.js'
import type { RunSettings } from '../config/run-settings.js'
import type { Settings } from '../config/settings.js'
import { withAdmin } from '../config/with-admin.js'
import { builtInRegistry } from '../loader/built-in.js'
import { discoverPlugins } from '../loader/discover.js'
import { pluginSearchOf } from '../loader/plugin-folders.js'
import type { PluginSearch } from '../loader/plugin-search.js'
import type { Registry } from '../loader/registry.js'
import { UncaughtErrors } from '../loader/uncaught-errors.js'
import { cacheFolder } from '../process/cache-folder.js'
import { BUILD_NUMBER, ECS_VERSION, JSON_SCHEMA_VERSION, packageVersion, programRoot } from '../process/package.js'
import type { ProcessContext } from '../process/process-context.js'
import { planPipeline } from './plan.js'
import type { Wiring } from './wiring.js'

/** The dependencies of reading settings. */
export interface LoadContext extends Pick<ProcessContext, 'stdout' | 'environment' | 'directory' | 'onUncaughtError'> {
  /** Replaces the target of an exporter's chunks, by the name of its stage. */
  readonly overrideTransport?: (stage: string) => Transport
}

export interface PreparedPipeline {
  readonly settings: Settings
  readonly wiring: Wiring
  readonly warnings: readonly Fault[]
  readonly plugins: Registry
  /** The folders in which plugins were searched. */
  readonly search: PluginSearch
  readonly uncaughtErrors: UncaughtErrors
}

/** Like `prepareToRun`, for commands that only inspect a pipeline: uncaught errors of its plugins are printed at once. */
export async function prepareToInspect(
  options: RunSettings,
  context: LoadContext & Pick<ProcessContext, 'stderr'>,
): Promise<PreparedPipeline> {
  const prepared = await prepareToRun(options, context)
  prepared.uncaughtErrors.reportTo(fault => context.stderr.write(`${formatFault(fault)}\n`))
  return prepared
}

/** Command line → wiring: finds the pipeline file, loads its plugins, applies the environment, plans. */
export async function prepareToRun(options: RunSettings, context: LoadContext): Promise<PreparedPipeline> {
  const uncaughtErrors = new UncaughtErrors(context.onUncaughtError)
  try {
    return await preparePipeline(options, context, uncaughtErrors)
  } catch (error) {
    const unreported = uncaughtErrors.takeUnreported()
    if (unreported.length === 0 || !(error instanceof Fault || error instanceof Faults)) throw error
    throw new Faults([...unreported, ...(error instanceof Fault ? [error] : error.faults)])
  }
}

async function preparePipeline(
  options: RunSettings,
  context: LoadContext,
  uncaughtErrors: UncaughtErrors,
): Promise<PreparedPipeline> {
  const file = pipelineFile(options, context.directory)
  const settings = await loadSettings(file, context.environment)
  const validator = new Validator()
  const registry = await builtInRegistry({
    stdout: context.stdout,
    version: packageVersion(),
    cacheFolder: cacheFolder(context.environment),
    overrideTransport: context.overrideTransport,
    screen: options.screen,
  })
  const search = pluginSearchOf(settings, options, context.environment, context.directory)
  const pluginWarnings = await discoverPlugins(search, registry, validator, uncaughtErrors)
  const overlaid = overlayEnvironment(settings, context.environment, {
    processor: name => registry.find('processor', name)?.options,
    drivers: new Map(registry.all('driver').map(({ name, options }) => [name, options])),
    components: registry,
  })
  const optionsContext: OptionsContext = {
    validator,
    components: registry,
    globals: globals(context.environment),
    directories: searchFolders(file, context.directory),
    currentDirectory: context.directory,
  }
  const choice = {
    driver: options.driver,
    paths: options.paths,
    isPathOptional: options.test,
    environment: overlaid.driverLayers,
  }
  const isTerminal = options.screen?.isTerminal === true
  const formatted = withOutputFormat(overlaid.settings, { format: options.format, isTerminal })
  const finalSettings = options.admin === undefined ? formatted.settings : withAdmin(formatted.settings, options.admin)
  const wiring = planWithWarnings(pluginWarnings, () => planPipeline(finalSettings, registry, choice, optionsContext))
  const warnings = [...pluginWarnings, ...overlaid.warnings, ...formatted.warnings, ...wiring.warnings]
  return { settings: finalSettings, wiring, warnings, plugins: registry, search, uncaughtErrors }
}

/** A warning about plugin folders may explain an unknown component, so it is reported with the faults. */
function planWithWarnings(pluginWarnings: readonly Fault[], makeWiring: () => Wiring): Wiring {
  try {
    return makeWiring()
  } catch (error) {
    throw error instanceof Faults && pluginWarnings.length > 0 ? new Faults([...pluginWarnings, ...error.faults]) : error
  }
}

/** The folder of the shipped pipelines. */
const shippedPipelines = (): string => join(programRoot(), 'resources', 'pipelines')

function pipelineFile(options: RunSettings, directory: string): string {
  if (options.config !== undefined) return options.config
  if (existsSync(resolve(directory, 'pipeline.json'))) return 'pipeline.json'
  const shipped = join(shippedPipelines(), 'default.json')
  if (!existsSync(shipped)) throw new Fault('SFP_CONFIG_UNREADABLE', { file: 'pipeline.json', reason: 'no such file' })
  return shipped
}

/**
 * A relative path of an input file is searched in the current directory, next to the pipeline file, and in the package. Paths in
 * a shipped pipeline are searched in the package only.
 */
function searchFolders(file: string, directory: string): string[] {
  const folder = dirname(resolve(directory, file))
  if (`${folder}${sep}`.startsWith(`${shippedPipelines()}${sep}`)) return [programRoot()]
  return [directory, folder, programRoot()]
}

const globals = (environment: Environment): Readonly<Record<string, unknown>> => ({
  version: packageVersion(),
  jsonschemaversion: JSON_SCHEMA_VERSION,
  ecsversion: ECS_VERSION,
  buildnumber: BUILD_NUMBER,
  ...(environment.CLUSTER_ID ? { 'cluster.id': environment.CLUSTER_ID } : {}),
})

// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import type { Writable } from 'node:stream'
import type { Transport } from '../../core/contract/exporter.js'
import { Fault, Faults } from '../../core/errors/fault.js'
import { show } from '../../core/errors/show.js'
import { cacheFolder } from '../process/cache-folder.js'
import { type Environment, overlay } from '../config/environment.js'
import { loadSettings } from '../config/load-settings.js'
import type { OptionsContext } from '../config/resolve-options.js'
import type { Settings } from '../config/settings.js'
import { withShownFormat } from '../config/shown-format.js'
import { Validator } from '../config/validate.js'
import { withInside } from '../config/admin-section.js'
import { BUILD_NUMBER, ECS_VERSION, JSON_SCHEMA_VERSION, packageRoot, packageVersion } from '../process/package.js'
import { plan } from './plan.js'
import type { Wiring } from './wiring.js'
import { builtInRegistry } from '../loader/built-in.js'
import { discover } from '../loader/discover.js'
import { placesOf } from '../loader/places.js'
import type { Registry } from '../loader/registry.js'
import type { Search } from '../loader/search.js'
import { Strays } from '../loader/strays.js'
import type { RunSettings } from '../cli/run-options.js'

/** The process, as far as the program sees it. */
export interface World {
  readonly stdout: Writable
  readonly stderr: Writable
  readonly environment: Environment
  /** The current directory. */
  readonly directory: string
  /** Fires when the drivers are to stop. */
  readonly stop: AbortSignal
  /** Fires when everything is to stop at once. */
  readonly abort: AbortSignal
  /** `listener` runs whenever somebody asks for files to be read again, until what this returns is called. */
  readonly onReload?: (listener: () => void) => () => void
  /** Asked for once plugins are loaded: `taker` gets every error that nobody caught, and answers false to one that is no plugin's. */
  readonly onStray?: (taker: (error: unknown) => boolean) => void
}

/** What settings are read with. */
export interface Circumstances extends Pick<World, 'stdout' | 'environment' | 'directory' | 'onStray'> {
  /** Where the pages of an exporter go instead of to its target, by the name of its stage. */
  readonly divert?: (stage: string) => Transport
}

export interface Prepared {
  readonly settings: Settings
  readonly wiring: Wiring
  readonly warnings: readonly Fault[]
  readonly plugins: Registry
  /** Where plugins were looked for. */
  readonly search: Search
  readonly strays: Strays
}

/** As `prepareToRun`, for those who only look at a pipeline: what its plugins leave for nobody to catch is shown at once. */
export async function prepare(options: RunSettings, world: Circumstances & Pick<World, 'stderr'>): Promise<Prepared> {
  const prepared = await prepareToRun(options, world)
  prepared.strays.tellTo(fault => world.stderr.write(`${show(fault)}\n`))
  return prepared
}

/** Command line → wiring: finds the pipeline file, loads the plugins it names, lays the environment over it, plans. */
export async function prepareToRun(options: RunSettings, world: Circumstances): Promise<Prepared> {
  const strays = new Strays(world.onStray)
  try {
    return await planned(options, world, strays)
  } catch (error) {
    const found = strays.taken()
    if (found.length === 0 || !(error instanceof Fault || error instanceof Faults)) throw error
    throw new Faults([...found, ...(error instanceof Fault ? [error] : error.faults)])
  }
}

async function planned(options: RunSettings, world: Circumstances, strays: Strays): Promise<Prepared> {
  const file = pipelineFile(options, world.directory)
  const settings = await loadSettings(file)
  const validator = new Validator()
  const registry = builtInRegistry({
    stdout: world.stdout,
    version: packageVersion(),
    cacheFolder: cacheFolder(world.environment),
    divert: world.divert,
    screen: options.screen,
  })
  const search = placesOf(settings, options, world.environment, world.directory)
  const doubts = await discover(search, registry, validator, strays)
  const driverSchemas = new Map(registry.all('driver').map(({ name, options }) => [name, options]))
  const overlaid = overlay(settings, world.environment, name => registry.find('processor', name)?.options, driverSchemas)
  const context: OptionsContext = {
    validator,
    globals: globals(world.environment),
    directories: readFolders(file, world.directory),
    current: world.directory,
  }
  const choice = {
    driver: options.driver,
    paths: options.paths,
    withoutPaths: options.test,
    environment: overlaid.driverLayers,
  }
  const isTerminal = options.screen?.isTerminal === true
  const shown = withShownFormat(overlaid.settings, { format: options.format, isTerminal })
  const whole = options.inside === undefined ? shown.settings : withInside(shown.settings, options.inside)
  const wiring = planWith(doubts, () => plan(whole, registry, choice, context))
  const warnings = [...doubts, ...overlaid.warnings, ...shown.warnings, ...wiring.warnings]
  return { settings: whole, wiring, warnings, plugins: registry, search, strays }
}

/** What was odd about the folders of plugins may be why something is unknown now. */
function planWith(doubts: readonly Fault[], make: () => Wiring): Wiring {
  try {
    return make()
  } catch (error) {
    throw error instanceof Faults && doubts.length > 0 ? new Faults([...doubts, ...error.faults]) : error
  }
}

/** Where the pipelines lie that come with the program. */
const shippedPipelines = (): string => join(packageRoot(), 'resources', 'pipelines')

function pipelineFile(options: RunSettings, directory: string): string {
  if (options.config !== undefined) return options.config
  if (existsSync(resolve(directory, 'pipeline.json'))) return 'pipeline.json'
  const shipped = join(shippedPipelines(), 'default.json')
  if (!existsSync(shipped)) throw new Fault('SFP_CONFIG_UNREADABLE', { file: 'pipeline.json', reason: 'there is no such file' })
  return shipped
}

/**
 * A relative path to read is looked for in the current directory, beside the pipeline file, and in the package; what a
 * shipped pipeline names lies in the package and nowhere else.
 */
function readFolders(file: string, directory: string): string[] {
  const folder = dirname(resolve(directory, file))
  if (`${folder}${sep}`.startsWith(`${shippedPipelines()}${sep}`)) return [packageRoot()]
  return [directory, folder, packageRoot()]
}

const globals = (environment: Environment): Readonly<Record<string, unknown>> => ({
  version: packageVersion(),
  jsonschemaversion: JSON_SCHEMA_VERSION,
  ecsversion: ECS_VERSION,
  buildnumber: BUILD_NUMBER,
  ...(environment.CLUSTER_ID ? { 'cluster.id': environment.CLUSTER_ID } : {}),
})

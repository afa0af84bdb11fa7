// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import type { OptionsSchema } from '../../../../core/contract/plugin.js'
import { isSecretName } from '../../../../core/contract/secret-name.js'
import { ADMIN_OPTIONS } from '../../../config/admin-options.js'
import type { ResolvedOptions } from '../../../config/resolve-options.js'
import { originText, type Settings } from '../../../config/settings.js'
import type { PluginSearch } from '../../../loader/plugin-search.js'
import type { Registry } from '../../../loader/registry.js'
import type { ChannelPlan, DriverPlan, StagePlan, Wiring } from '../../../pipeline/wiring.js'

/** One line of a component as it will run. */
interface ConfigLine {
  readonly key: string
  readonly value: unknown
  readonly origin: string
}

/** What is told of a pipeline that has been prepared. */
export interface DescribedPipeline {
  readonly settings: Settings
  readonly wiring: Wiring
  readonly plugins: Registry
  readonly search: PluginSearch
}

/** The effective configuration, one key a line, with where its value comes from. It can be read as a pipeline file again. */
export function describeText(described: DescribedPipeline): string {
  const { wiring } = described
  const loaded = pluginEntries(described).map(
    ({ kind, name, contract, file }) => `# ${kind} "${name}", contract ${contract}: ${file}\n`,
  )
  const folderTexts = folderLines(described).map(line => `  ${pairText(line, true)}\n`)
  const drivers = wiring.drivers.map(driverLines)
  const stages = wiring.stages.map(stageLines)
  const entry = wiring.admin && `  "admin": ${objectText(adminLines(wiring.admin), '  ')},\n`
  return `${loaded.join('')}{\n${folderTexts.join('')}${entry ?? ''}${section('drivers', drivers)},\n${section('pipeline', stages)}\n}\n`
}

/** The same for programs: `{file, drivers: [{key: {value, origin}}], pipeline: [...], loaded: [{kind, name, contract, file}]}`. */
export function describeJson(described: DescribedPipeline): string {
  const { settings, wiring } = described
  const object = (lines: readonly ConfigLine[]): object =>
    Object.fromEntries(lines.map(({ key, value, origin }) => [key, { value, origin }]))
  const document = {
    file: settings.file,
    ...object(folderLines(described)),
    ...(wiring.admin && { admin: object(adminLines(wiring.admin)) }),
    drivers: wiring.drivers.map(driver => object(driverLines(driver))),
    pipeline: wiring.stages.map(stage => object(stageLines(stage))),
    loaded: pluginEntries(described),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

/** Those that come from elsewhere. */
const pluginEntries = ({ plugins }: DescribedPipeline): { kind: string; name: string; contract: number; file: string }[] =>
  plugins.external.map(plugin => {
    const { kind, name, contract } = plugin
    return { kind, name, contract, file: plugins.origin(plugin) ?? '' }
  })

/** Folders that stages name stand among the settings of these; the usual ones are told of where they exist. */
function folderLines({ settings, search }: DescribedPipeline): ConfigLine[] {
  const folders = search.folders.flatMap(({ key, path, origin }): ConfigLine[] => {
    if (key === undefined) return []
    const isOfStage = origin?.kind === 'file' && settings.folders?.get(key)?.origin !== origin
    if (isOfStage || (!origin && !existsSync(path))) return []
    return [{ key, value: path, origin: origin ? originText(origin) : 'default' }]
  })
  const [first] = search.namedModules
  if (!first) return folders
  return [...folders, { key: 'plugins', value: search.namedModules.map(({ value }) => value), origin: originText(first.origin) }]
}

const adminLines = (entry: ResolvedOptions): ConfigLine[] => optionLines(entry, ADMIN_OPTIONS)

const driverLines = (driver: DriverPlan): ConfigLine[] => [
  { key: 'driver', value: driver.name, origin: '' },
  ...(driver.paths.length === 1 ? [{ key: 'path', value: driver.paths[0], origin: '' }] : []),
  { key: 'out', value: channelText([driver.output]), origin: '' },
  ...optionLines(driver, driver.plugin.options),
]

const stageLines = (stage: StagePlan): ConfigLine[] => [
  { key: 'processor', value: stage.plugin.name, origin: '' },
  ...(stage.name === stage.plugin.name ? [] : [{ key: 'name', value: stage.name, origin: '' }]),
  { key: 'in', value: channelText(stage.inputs), origin: stage.channelOrigins.input },
  ...(stage.outputs.length > 0 ? [{ key: 'out', value: channelText(stage.outputs), origin: stage.channelOrigins.output }] : []),
  ...optionLines(stage, stage.plugin.options),
]

function channelText(channels: readonly ChannelPlan[]): string | string[] {
  const texts = channels.map(({ name, type }) => `${name} ${type}`)
  return texts.length === 1 ? (texts[0] ?? '') : texts
}

const optionLines = ({ origins }: ResolvedOptions, schema: OptionsSchema): ConfigLine[] =>
  [...origins].map(([key, { value, origin }]) => ({
    key,
    value: maskSecrets(value, schema.properties[key]?.secret),
    origin: originText(origin),
  }))

/** `sasl.password` in `kafka.config` is a secret, though its brokers are none. */
function maskSecrets(value: unknown, isSecret: boolean | undefined): unknown {
  if (isSecret && value !== '') return '********'
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, maskSecrets(entry, isSecretName(name))]))
}

function section(name: string, components: readonly (readonly ConfigLine[])[]): string {
  const objects = components.map(lines => `    ${objectText(lines, '    ')}`)
  return objects.length === 0 ? `  "${name}": []` : `  "${name}": [\n${objects.join(',\n')}\n  ]`
}

function objectText(lines: readonly ConfigLine[], indent: string): string {
  const last = lines.length - 1
  const texts = lines.map((line, index) => `${indent}  ${pairText(line, index < last)}`)
  return `{\n${texts.join('\n')}\n${indent}}`
}

function pairText({ key, value, origin }: ConfigLine, isFollowed: boolean): string {
  const pair = `${JSON.stringify(key)}: ${JSON.stringify(value)}${isFollowed ? ',' : ''}`
  return origin === '' ? pair : `${pair}  # ${origin}`
}

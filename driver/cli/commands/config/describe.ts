// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import type { ResolvedOptions } from '../../../config/options/resolve-options.js'
import { MASK } from '../../../config/options/validation-fault.js'
import { escapeVariables } from '../../../config/pipeline-file/substitute-variables.js'
import { originText, type Setting, type Settings } from '../../../config/settings.js'
import type { PluginSearch } from '../../../loader/plugin-search.js'
import type { Registry } from '../../../loader/registry.js'
import type { ChannelPlan, DriverPlan, StagePlan, Wiring } from '../../../pipeline/wiring.js'

/** A key of a component with its effective value. */
interface ConfigLine {
  readonly key: string
  /** Secrets are masked. */
  readonly value: unknown
  readonly origin: string
  /** The elements of an object or an array. */
  readonly parts?: readonly ConfigLine[]
}

/** The content of the description of a prepared pipeline. */
export interface DescribedPipeline {
  readonly settings: Settings
  readonly wiring: Wiring
  readonly plugins: Registry
  readonly search: PluginSearch
}

/** The effective configuration, one key per line, with the origin of each value. The text is a valid pipeline file. */
export function describeText(described: DescribedPipeline): string {
  const { wiring } = described
  const loaded = pluginEntries(described).map(
    ({ kind, name, contract, file }) => `# ${kind} "${name}", contract ${contract}: ${file}\n`,
  )
  const folderTexts = folderLines(described).map(line => `  ${pairText(line, true, '  ')}\n`)
  const drivers = wiring.drivers.map(driverLines)
  const stages = wiring.stages.map(stageLines)
  const entry = wiring.admin && `  "admin": ${objectText(adminLines(wiring.admin), '  ')},\n`
  return `${loaded.join('')}{\n${folderTexts.join('')}${entry ?? ''}${section('drivers', drivers)},\n${section('pipeline', stages)}\n}\n`
}

/**
 * The same as JSON: `{file, drivers: [{key: {value, origin}}], pipeline: [...], loaded: [{kind, name, contract, file}]}`. An
 * object or array also has `parts`: the value and the origin of each element, by key or index.
 */
export function describeJson(described: DescribedPipeline): string {
  const { settings, wiring } = described
  const object = (lines: readonly ConfigLine[]): object =>
    Object.fromEntries(
      lines.map(({ key, value, origin, parts = [] }) => [
        key,
        { value, origin, ...(parts.length > 0 && { parts: object(parts) }) },
      ]),
    )
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

/** External plugins only. */
const pluginEntries = ({ plugins }: DescribedPipeline): { kind: string; name: string; contract: number; file: string }[] =>
  plugins.external.map(plugin => {
    const { kind, name, contract } = plugin
    return { kind, name, contract, file: plugins.origin(plugin) ?? '' }
  })

/** Folders that stages name are among the settings of the stages; the default folders are listed if they exist. */
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

const adminLines = (entry: ResolvedOptions): ConfigLine[] => optionLines(entry)

const driverLines = (driver: DriverPlan): ConfigLine[] => [
  { key: 'driver', value: driver.name, origin: '' },
  ...(driver.paths.length === 1 ? [{ key: 'path', value: driver.paths[0], origin: '' }] : []),
  { key: 'out', value: channelText([driver.output]), origin: '' },
  ...optionLines(driver),
]

const stageLines = (stage: StagePlan): ConfigLine[] => [
  { key: 'processor', value: stage.plugin.name, origin: '' },
  ...(stage.name === stage.plugin.name ? [] : [{ key: 'name', value: stage.name, origin: '' }]),
  { key: 'in', value: channelText(stage.inputs), origin: stage.channelOrigins.input },
  ...(stage.outputs.length > 0 ? [{ key: 'out', value: channelText(stage.outputs), origin: stage.channelOrigins.output }] : []),
  ...optionLines(stage),
]

function channelText(channels: readonly ChannelPlan[]): string | string[] {
  const texts = channels.map(({ name, type }) => `${name} ${type}`)
  return texts.length === 1 ? (texts[0] ?? '') : texts
}

const optionLines = ({ origins }: ResolvedOptions): ConfigLine[] => [...origins].map(([key, setting]) => optionLine(key, setting))

function optionLine(key: string, setting: Setting): ConfigLine {
  const origin = originText(setting.origin)
  const { value } = setting
  if (setting.isSecret && value !== '') return { key, value: MASK, origin }
  if (!setting.parts) return { key, value, origin }
  const parts = [...setting.parts].map(([name, part]) => optionLine(name, part))
  const values = parts.map(part => [part.key, part.value] as const)
  return { key, value: Array.isArray(value) ? values.map(([, item]) => item) : Object.fromEntries(values), origin, parts }
}

function section(name: string, components: readonly (readonly ConfigLine[])[]): string {
  const objects = components.map(lines => `    ${objectText(lines, '    ')}`)
  return objects.length === 0 ? `  "${name}": []` : `  "${name}": [\n${objects.join(',\n')}\n  ]`
}

function objectText(lines: readonly ConfigLine[], indent: string): string {
  const last = lines.length - 1
  const texts = lines.map((line, index) => `${indent}  ${pairText(line, index < last, `${indent}  `)}`)
  return `{\n${texts.join('\n')}\n${indent}}`
}

function pairText(line: ConfigLine, isFollowed: boolean, indent: string): string {
  return `${JSON.stringify(line.key)}: ${valueText(line, isFollowed, indent)}`
}

/** A value with parts takes one line per part; a list of plain values of one origin takes one line, with that origin. */
function valueText(line: ConfigLine, isFollowed: boolean, indent: string): string {
  const { value, origin, parts = [] } = line
  const comma = isFollowed ? ',' : ''
  const remark = origin === '' ? '' : `  # ${origin}`
  if (parts.length === 0 || isPlainList(line)) return `${jsonText(value)}${comma}${remark}`
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  const inner = `${indent}  `
  const texts = parts.map((part, index) => {
    const name = Array.isArray(value) ? '' : `${JSON.stringify(part.key)}: `
    return `${inner}${name}${valueText(part, index < parts.length - 1, inner)}`
  })
  return `${open}${remark}\n${texts.join('\n')}\n${indent}${close}${comma}`
}

const isPlainList = ({ value, origin, parts = [] }: ConfigLine): boolean =>
  Array.isArray(value) && parts.every(part => part.parts === undefined && (part.origin === origin || !isOfVariable(part)))

/** An item of a list that was set by a variable is shown with it. */
const isOfVariable = ({ origin }: ConfigLine): boolean => origin.startsWith('environment ')

/** Escapes text that looks like a variable, so that it reads back unchanged. */
const jsonText = (value: unknown): string => escapeVariables(JSON.stringify(value))

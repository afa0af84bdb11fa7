// SPDX-License-Identifier: Apache-2.0
import type { OptionSchema, OptionsSchema, Plugin, PluginKind, SubcomponentPlugin, ValueSchema } from '../core/contract/plugin.js'
import { PLUGIN_KINDS } from '../core/contract/plugin.js'
import type { Registry } from '../driver/loader/registry.js'
import { groupBy } from './group-by.js'
import { capitalize, code, GENERATED, markdownTable } from './markdown.js'

/** The folder of the component pages; it contains nothing else. */
export const COMPONENTS = 'docs/components'

/** `docs/components/processor-exporter.md`; several encoders may share a name, and so a page. */
export const componentPath = ({ kind, name }: Pick<Plugin, 'kind' | 'name'>): string => `${COMPONENTS}/${kind}-${name}.md`

/** One page for each built-in component, and the page that lists them. */
export function componentPages(registry: Registry): Map<string, string> {
  const byPath = groupBy(registry.plugins, componentPath)
  const pages = [...byPath].map(([path, plugins]): [string, string] => [path, componentPage(plugins, registry)])
  return new Map([...pages, [`${COMPONENTS}/README.md`, indexPage(registry)]])
}

const KIND_DESCRIPTIONS: Readonly<Record<PluginKind, string>> = {
  driver: 'Drivers read records. Set them under `drivers` or with `-driver`.',
  processor: 'Processors are the stages of a pipeline. Set them with `processor`.',
  handler: 'A handler processes the events of the `sysflowreader`. Set it with the key `handler`.',
  action: 'The `policyengine` runs actions on records that match a rule. Set them under `actions` of the rule.',
  encoder: 'An encoder defines how the `exporter` writes records. Set it with the key `format`.',
  transport: 'A transport sends the encoded records to a target. Set it with the key `export` of the `exporter`.',
}

function indexPage(registry: Registry): string {
  const sections = PLUGIN_KINDS.map(kind => {
    const plugins = [...new Map(registry.all(kind).map(plugin => [plugin.name, plugin])).values()]
    const rows = plugins.map(plugin => [`[${code(plugin.name)}](${kind}-${plugin.name}.md)`, sentence(plugin.summary)])
    return `## ${capitalize(kind)}s\n\n${KIND_DESCRIPTIONS[kind]}\n\n${markdownTable(['name', 'description'], rows)}\n`
  })
  return `${GENERATED}
# Components

All components of pipeline files, with their settings. Plugins can add components: [pipeline.md](../pipeline.md).
\`sfprocessor list components\` prints this list.

${sections.join('\n')}`
}

function componentPage(plugins: readonly Plugin[], registry: Registry): string {
  const [first] = plugins
  if (!first) return ''
  const { kind, name } = first
  const isAlone = plugins.length === 1
  const bodies = plugins.map(plugin => {
    const heading = isAlone
      ? ''
      : `## For ${'accepts' in plugin ? plugin.accepts.map(type => (type === '*' ? 'records of any other kind' : code(type))).join(', ') : ''}\n\n`
    return `${heading}${sentence(plugin.summary)}\n\n${channelsOf(plugin)}\n`
  })
  const options = mergedOptions(plugins)
  const subcomponents = kind === 'processor' ? subcomponentsOf(name, registry) : []
  return `${GENERATED}
# ${kind} \`${name}\`

${bodies.join('\n')}
${settingsTable(options, subcomponents, kind)}${subcomponentsText(subcomponents)}${examplesOf(first, options, subcomponents)}${guideTo(first)}`
}

const mergedOptions = (plugins: readonly Plugin[]): OptionsSchema => {
  const [first] = plugins
  const all = plugins.map(({ options }) => options)
  return {
    type: 'object',
    additionalProperties: false,
    ...(first?.options.required && { required: first.options.required }),
    properties: Object.assign({}, ...all.map(({ properties }) => properties)),
    examples: all.flatMap(({ examples = [] }) => examples),
  }
}

/** The components whose settings are in the section of a stage. */
export function subcomponentsOf(processor: string, registry: Registry): readonly SubcomponentPlugin[] {
  switch (processor) {
    case 'sysflowreader':
    case 'sysflowprocessor':
      return registry.all('handler')
    case 'policyengine':
      return registry.all('action')
    case 'exporter':
      return [...registry.all('encoder'), ...registry.all('transport')]
    default:
      return []
  }
}

/** Own keys; subcomponents have pages of their own. */
export const ownOptionKeys = (
  properties: OptionsSchema['properties'],
  subcomponents: readonly SubcomponentPlugin[],
): string[] => {
  const subcomponentKeys = new Set(subcomponents.flatMap(({ options }) => Object.keys(options.properties)))
  return Object.keys(properties).filter(key => !subcomponentKeys.has(key))
}

/** A row of a page: a key, or a nested key. */
export interface DocumentedOption {
  /** `retry.seconds` of an object, `steps[].field` of the items of a list. */
  readonly key: string
  readonly option: OptionSchema
  /** Required within its object; required options of a component are listed below its table. */
  readonly isRequired: boolean
}

/** All keys, each followed by its nested keys. */
export function documentedOptions(
  properties: OptionsSchema['properties'],
  prefix = '',
  required: readonly string[] = [],
): readonly DocumentedOption[] {
  return Object.entries(properties).flatMap(([name, option]) => {
    const key = `${prefix}${name}`
    return [{ key, option, isRequired: required.includes(name) }, ...documentedIn(option, key)]
  })
}

function documentedIn({ properties, required, items }: ValueSchema, key: string): readonly DocumentedOption[] {
  if (properties) return documentedOptions(properties, `${key}.`, required)
  return items && !('component' in items) ? documentedIn(items, `${key}[]`) : []
}

function settingsTable(
  { properties, required }: OptionsSchema,
  subcomponents: readonly SubcomponentPlugin[],
  kind: PluginKind,
): string {
  const own = Object.fromEntries(
    ownOptionKeys(properties, subcomponents).flatMap(key => (properties[key] ? [[key, properties[key]]] : [])),
  )
  const rows = documentedOptions(own).map(({ key, option, isRequired }) => {
    const requiredMark = isRequired ? ' Required.' : ''
    return [code(key), typeOf(option), defaultOf(option), `${option.description}${requiredMark}${remarksOn(option)}`]
  })
  if (rows.length === 0) return 'No settings.\n'
  const where = STAGE_OF_KIND[kind] ? `The settings are in the section of the stage \`${STAGE_OF_KIND[kind]}\`.\n\n` : ''
  const requiredLine = required?.length ? `\nRequired: ${required.map(code).join(', ')}.\n` : ''
  return `${where}${markdownTable(['key', 'value', 'default', 'meaning'], rows)}\n${requiredLine}`
}

export const STAGE_OF_KIND: Readonly<Partial<Record<PluginKind, string>>> = {
  handler: 'sysflowreader',
  action: 'policyengine',
  encoder: 'exporter',
  transport: 'exporter',
}

function subcomponentsText(subcomponents: readonly SubcomponentPlugin[]): string {
  if (subcomponents.length === 0) return ''
  const names = [...new Map(subcomponents.map(({ kind, name }) => [`${kind}-${name}`, { kind, name }]))]
  const lines = [...groupBy(names, ([, { kind }]) => kind)].map(
    ([kind, members]) => `- ${kind}s: ${members.map(([file, { name }]) => `[${code(name)}](${file}.md)`).join(', ')}`,
  )
  return `\nSub-components, with settings in the same section:\n\n${lines.join('\n')}\n`
}

/** Examples of subcomponents are on their pages. */
function examplesOf(
  { kind, name }: Plugin,
  { examples = [] }: OptionsSchema,
  subcomponents: readonly SubcomponentPlugin[],
): string {
  const subcomponentKeys = new Set<object>(subcomponents.flatMap(subcomponent => subcomponent.options.examples ?? []))
  const own = examples.filter(example => !subcomponentKeys.has(example))
  if (own.length === 0) return ''
  const fences = own.map(
    example => `\n<!-- test: settings of ${kind} ${name} -->\n\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\`\n`,
  )
  return `\n## Examples\n${fences.join('')}`
}

/** Handwritten pages about a component. */
const GUIDES: ReadonlyMap<string, string> = new Map([
  ['driver-file', 'following.md'],
  ['driver-socket', 'socket.md'],
  ['driver-otelfile', 'opentelemetry.md'],
  ['driver-otelkafka', 'opentelemetry.md'],
  ['processor-policyengine', 'rules.md'],
  ['processor-exporter', 'durability.md'],
  ['encoder-otel', 'opentelemetry.md'],
  ['encoder-pretty', 'terminal.md'],
  ['transport-terminal', 'terminal.md'],
  ['transport-file', 'evidence.md'],
  ['transport-syslog', 'targets/syslog.md'],
  ['transport-es', 'targets/elasticsearch.md'],
  ['transport-http', 'targets/http.md'],
  ['transport-otlp', 'targets/otlp.md'],
  ['transport-s3', 'targets/s3.md'],
  ['transport-kafka', 'targets/kafka.md'],
])

function guideTo({ kind, name }: Plugin): string {
  const guide = GUIDES.get(`${kind}-${name}`)
  return guide === undefined ? '' : `\nSee [${guide}](../${guide}).\n`
}

const sentence = (summary: string): string => capitalize(summary).replace(/\.?$/, '.')

function channelsOf(plugin: Plugin): string {
  const list = (types: readonly string[]): string => types.map(type => (type === '*' ? 'any' : code(type))).join(' or ')
  switch (plugin.kind) {
    case 'driver':
    case 'processor': {
      const input = 'accepts' in plugin ? `Reads channels of type ${list(plugin.accepts)}. ` : ''
      const output = `Writes channels of type ${list(plugin.offers)}.`
      return `${input}${plugin.offers.length > 0 ? output : 'Last stage: no output channel.'}`
    }
    case 'handler':
      return plugin.offers.length > 0 ? `Outputs events as ${list(plugin.offers)}.` : 'Outputs no events.'
    case 'encoder':
      return `Writes records of channels of type ${list(plugin.accepts)}.`
    case 'transport':
      return plugin.formats ? `Supports the formats ${list(plugin.formats)}.` : 'Supports all formats.'
    case 'action':
      return plugin.isPartitionable ? 'Keeps no state between traces.' : 'May keep state between traces.'
    default:
      return plugin satisfies never
  }
}

function typeOf({ enum: words, type, items }: ValueSchema): string {
  if (words) return words.map(value => code(String(value))).join(', ')
  if (!items) return type
  if ('component' in items)
    return `array of [${items.component}s](README.md#${items.component}s), each named by ${code(items.component)}`
  return items.type === 'string' && !items.enum ? type : `array of ${typeOf(items)}`
}
const defaultOf = (option: OptionSchema): string => (option.default === undefined ? '' : code(JSON.stringify(option.default)))

function remarksOn({ deprecatedNames, secret }: OptionSchema): string {
  return `${secret ? ' Shown masked.' : ''}${deprecatedNames ? ` Deprecated name: ${deprecatedNames.map(code).join(', ')}.` : ''}`
}

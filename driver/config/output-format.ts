// SPDX-License-Identifier: Apache-2.0
import { Fault } from '../../core/errors/fault.js'
import { DEPRECATED_TYPES } from '../../core/exporter/exporter-options.js'
import { type Setting, type SettingOrigin, type Settings, type SettingsSection, settingOf } from './settings.js'

export interface OutputFormatChoice {
  /** `-format`, which overrides the settings. */
  readonly format: string | undefined
  /** Whether standard output is a terminal: the default format is then the readable one. */
  readonly isTerminal: boolean
}

/** Sets the format of exporters that write to standard output; other exporters are unchanged. */
export function withOutputFormat(
  settings: Settings,
  { format, isTerminal }: OutputFormatChoice,
): { settings: Settings; warnings: Fault[] } {
  const terminalExporters = settings.pipeline.filter(writesToTerminal)
  const applyFormat = (section: SettingsSection): SettingsSection => {
    if (!terminalExporters.includes(section)) return section
    if (format !== undefined) return withFormat(section, format, { kind: 'option', option: '-format' })
    return isTerminal && isFormatUnset(section) ? withFormat(section, 'pretty', { kind: 'program' }) : section
  }
  const warnings =
    format !== undefined && terminalExporters.length === 0
      ? [new Fault('SFP_EXPORT_NOT_SHOWN', { format }, { where: 'option -format', level: 'warning' })]
      : []
  return { settings: { ...settings, pipeline: settings.pipeline.map(applyFormat) }, warnings }
}

/** As the exporter resolves it: a transport name in `type` overrides `export`, and the default is the terminal. */
function writesToTerminal(section: SettingsSection): boolean {
  const textOf = (key: string): string => String(settingOf(section, key)?.value ?? '')
  if (textOf('processor') !== 'exporter') return false
  const type = textOf('type')
  if (type === 'terminal') return true
  return (type === '' || DEPRECATED_TYPES.includes(type)) && (textOf('export') === '' || textOf('export') === 'terminal')
}

/** No setting is present that implies a format. */
const isFormatUnset = (section: SettingsSection): boolean =>
  !settingOf(section, 'format')?.value && !['true', '1'].includes(String(settingOf(section, 'flat')?.value))

/** `flat` is a variant of JSON. */
function withFormat(section: SettingsSection, format: string, origin: SettingOrigin): SettingsSection {
  const settings: Setting[] = [{ key: 'format', value: format, rawText: format, origin }]
  if (format !== 'json' && settingOf(section, 'flat')) settings.push({ key: 'flat', value: false, rawText: 'false', origin })
  const environment = new Map([...section.environment, ...settings.map(setting => [setting.key, setting] as const)])
  return { ...section, environment }
}

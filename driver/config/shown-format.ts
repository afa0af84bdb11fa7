// SPDX-License-Identifier: Apache-2.0
import { Fault } from '../../core/errors/fault.js'
import { OLD_TYPES } from '../../core/exporter/options.js'
import { type Origin, type Section, type Setting, type Settings, settingOf } from './settings.js'

export interface Shown {
  /** `-format`, which beats whatever the settings say. */
  readonly format: string | undefined
  /** Whether standard output is a terminal: what nobody has chosen a form for is then shown to a person. */
  readonly isTerminal: boolean
}

/** The settings with the form in which exporters write to standard output; what they send elsewhere stays as it is. */
export function withShownFormat(settings: Settings, { format, isTerminal }: Shown): { settings: Settings; warnings: Fault[] } {
  const shown = settings.pipeline.filter(writesToTerminal)
  const change = (section: Section): Section => {
    if (!shown.includes(section)) return section
    if (format !== undefined) return withFormat(section, format, { kind: 'option', option: '-format' })
    return isTerminal && isOpen(section) ? withFormat(section, 'pretty', { kind: 'program' }) : section
  }
  const warnings =
    format !== undefined && shown.length === 0
      ? [new Fault('SFP_EXPORT_NOT_SHOWN', { format }, { where: 'option -format', level: 'warning' })]
      : []
  return { settings: { ...settings, pipeline: settings.pipeline.map(change) }, warnings }
}

/** As an exporter reads it: a transport's name under `type` beats `export`, and neither means the terminal. */
function writesToTerminal(section: Section): boolean {
  const word = (key: string): string => String(settingOf(section, key)?.value ?? '')
  if (word('processor') !== 'exporter') return false
  const type = word('type')
  if (type === 'terminal') return true
  return (type === '' || OLD_TYPES.includes(type)) && (word('export') === '' || word('export') === 'terminal')
}

/** Nobody has said anything that only one form answers. */
const isOpen = (section: Section): boolean =>
  !settingOf(section, 'format')?.value && !['true', '1'].includes(String(settingOf(section, 'flat')?.value))

/** `flat` is a form of JSON. */
function withFormat(section: Section, format: string, origin: Origin): Section {
  const settings: Setting[] = [{ key: 'format', value: format, written: format, origin }]
  if (format !== 'json' && settingOf(section, 'flat')) settings.push({ key: 'flat', value: false, written: 'false', origin })
  const environment = new Map([...section.environment, ...settings.map(setting => [setting.key, setting] as const)])
  return { ...section, environment }
}

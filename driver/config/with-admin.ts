// SPDX-License-Identifier: Apache-2.0

import type { EndpointAddress } from './endpoint-address.js'
import type { Setting, Settings, SettingsSection } from './settings.js'

const ADDRESS_KEYS = ['address', 'port', 'socket']

/** The settings with the admin endpoint at `address` (option `-admin`), which overrides the file and the environment. */
export function withAdmin(settings: Settings, address: EndpointAddress): Settings {
  const { admin } = settings
  const section: SettingsSection = {
    position: admin?.position ?? { file: settings.file, line: 1, column: 1 },
    file: withoutAddress(admin?.file),
    environment: new Map([...withoutAddress(admin?.environment), ...addressSettings(address)]),
  }
  return { ...settings, admin: section }
}

const withoutAddress = (layer: SettingsSection['file'] = new Map()): Map<string, Setting> =>
  new Map([...layer].filter(([key]) => !ADDRESS_KEYS.includes(key)))

function addressSettings(address: EndpointAddress): [string, Setting][] {
  const values = address.kind === 'socket' ? { socket: address.path } : { address: address.address, port: address.port }
  return Object.entries(values).map(([key, value]) => [
    key,
    { key, value, rawText: String(value), origin: { kind: 'option', option: '-admin' } },
  ])
}

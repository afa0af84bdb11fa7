// SPDX-License-Identifier: Apache-2.0
import type { Section, Setting, Settings } from './settings.js'
import type { Place } from './admin-address.js'

const PLACE_KEYS = ['address', 'port', 'socket']

/** The settings with the endpoint at `place`, as `-inside` asks, whatever file and environment say of its place. */
export function withInside(settings: Settings, place: Place): Settings {
  const { inside } = settings
  const section: Section = {
    place: inside?.place ?? { file: settings.file, line: 1, column: 1 },
    file: withoutPlace(inside?.file),
    environment: new Map([...withoutPlace(inside?.environment), ...given(place)]),
  }
  return { ...settings, inside: section }
}

const withoutPlace = (layer: Section['file'] = new Map()): Map<string, Setting> =>
  new Map([...layer].filter(([key]) => !PLACE_KEYS.includes(key)))

function given(place: Place): [string, Setting][] {
  const values = place.kind === 'socket' ? { socket: place.path } : { address: place.address, port: place.port }
  return Object.entries(values).map(([key, value]) => [
    key,
    { key, value, written: String(value), origin: { kind: 'option', option: '-inside' } },
  ])
}

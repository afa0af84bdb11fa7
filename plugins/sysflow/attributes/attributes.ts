// SPDX-License-Identifier: Apache-2.0
import type { AttributeSet } from '../../../core/contract/record-adapter.js'
import type { EventColumns } from '../reader/event-columns.js'
import type { RecordAttribute } from './rows/attribute-definition.js'
import { EVENT_ATTRIBUTES } from './rows/event.js'
import { FALCO_ATTRIBUTES } from './rows/falco.js'
import { FILE_ATTRIBUTES } from './rows/file.js'
import { DEPRECATED_NAMES, UNSUPPORTED_ATTRIBUTES } from './rows/foreign-names.js'
import { NETWORK_ATTRIBUTES } from './rows/network.js'
import { ORCHESTRATION_ATTRIBUTES } from './rows/orchestration.js'
import { PROCESS_ATTRIBUTES } from './rows/process.js'

export type { RecordAttribute }

/**
 * The table of all attributes of a flattened SysFlow record, in the order of the reference page. Policy names, the generated
 * documentation and row views read it. A new attribute is one row in one of its parts.
 */
export const ATTRIBUTES: readonly RecordAttribute[] = [
  ...EVENT_ATTRIBUTES,
  ...PROCESS_ATTRIBUTES,
  ...FILE_ATTRIBUTES,
  ...NETWORK_ATTRIBUTES,
  ...ORCHESTRATION_ATTRIBUTES,
  ...FALCO_ATTRIBUTES,
]

const BY_NAME: ReadonlyMap<string, RecordAttribute> = new Map(
  ATTRIBUTES.flatMap(attribute => [attribute.name, ...attribute.aliases].map(name => [name, attribute] as const)),
)

export const SYSFLOW_ATTRIBUTES: Omit<AttributeSet<EventColumns>, 'find'> & { find(name: string): RecordAttribute | undefined } =
  {
    find: name => BY_NAME.get(name),
    names: [...BY_NAME.keys()],
    canonicalNames: ATTRIBUTES.flatMap(({ name }) => (name.startsWith('sf.') ? [name] : [])),
    unsupportedReason: name => (UNSUPPORTED_ATTRIBUTES.has(name) ? UNSUPPORTED_ATTRIBUTES.get(name) : undefined),
    currentName: name => DEPRECATED_NAMES.get(name),
  }

// SPDX-License-Identifier: Apache-2.0
import type { Vocabulary } from '../contract/source.js'
import type { EventColumns } from '../sysflow/event-columns.js'
import { EVENT_ATTRIBUTES } from './attributes/event.js'
import { FALCO_ATTRIBUTES } from './attributes/falco.js'
import { FILE_ATTRIBUTES } from './attributes/file.js'
import { FORMER_NAMES, UNAVAILABLE } from './attributes/foreign.js'
import { NETWORK_ATTRIBUTES } from './attributes/network.js'
import { ORCHESTRATION_ATTRIBUTES } from './attributes/orchestration.js'
import { PROCESS_ATTRIBUTES } from './attributes/process.js'
import type { RecordAttribute } from './attributes/row.js'

export type { RecordAttribute }

/**
 * The one table: every attribute of a flattened SysFlow record, in the order of the reference page. Policy names, generated
 * documentation and row views all read it; adding an attribute is one row in one of its parts.
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

export const VOCABULARY: Omit<Vocabulary<EventColumns>, 'find'> & { find(name: string): RecordAttribute | undefined } = {
  find: name => BY_NAME.get(name),
  names: [...BY_NAME.keys()],
  own: ATTRIBUTES.flatMap(({ name }) => (name.startsWith('sf.') ? [name] : [])),
  unavailable: name => (UNAVAILABLE.has(name) ? UNAVAILABLE.get(name) : undefined),
  formerly: name => FORMER_NAMES.get(name),
}

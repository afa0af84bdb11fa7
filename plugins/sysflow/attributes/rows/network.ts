// SPDX-License-Identifier: Apache-2.0
import { dottedAddress } from '../derive/addresses.js'
import {
  type AttributeDefinition,
  columnValue,
  isNetworkFlow,
  NETWORK_TYPES,
  numberAttribute,
  numbersAttribute,
  type RecordAttribute,
  textAttribute,
  textsAttribute,
} from './attribute-definition.js'

const flow = (description: string, ...aliases: string[]): AttributeDefinition => ({
  dependsOn: 'row',
  types: NETWORK_TYPES,
  description,
  aliases,
})
const NO_TEXTS: readonly string[] = []
const NO_NUMBERS: readonly number[] = []

/** The two endpoints of a network flow. */
// biome-ignore format: a table
export const NETWORK_ATTRIBUTES: readonly RecordAttribute[] = [
  numberAttribute('sf.net.proto', flow('IANA protocol number: 1 icmp, 6 tcp, 17 udp.'), (r, i) => (isNetworkFlow(r, i) ? columnValue(r.protocol, i) : 0)),
  numberAttribute('sf.net.sport', flow('Source port (client).'), (r, i) => (isNetworkFlow(r, i) ? columnValue(r.sourcePort, i) : 0)),
  numberAttribute('sf.net.dport', flow('Destination port.', 'fd.dport'), (r, i) => (isNetworkFlow(r, i) ? columnValue(r.targetPort, i) : 0)),
  numbersAttribute('sf.net.port', flow('Source and destination port.', 'fd.port'), (r, i) => (isNetworkFlow(r, i) ? [columnValue(r.sourcePort, i), columnValue(r.targetPort, i)] : NO_NUMBERS)),
  textAttribute('sf.net.sip', flow('Source address, dotted.'), (r, i) => (isNetworkFlow(r, i) ? dottedAddress(columnValue(r.sourceIp, i)) : '')),
  textAttribute('sf.net.dip', flow('Destination address, dotted.', 'fd.dip'), (r, i) => (isNetworkFlow(r, i) ? dottedAddress(columnValue(r.targetIp, i)) : '')),
  textsAttribute('sf.net.ip', flow('Source and destination address.', 'fd.ip'), (r, i) => (isNetworkFlow(r, i) ? [dottedAddress(columnValue(r.sourceIp, i)), dottedAddress(columnValue(r.targetIp, i))] : NO_TEXTS)),
]

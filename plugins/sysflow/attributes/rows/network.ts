// SPDX-License-Identifier: Apache-2.0
import { dottedAddress } from '../derive/addresses.js'
import { at, type Facts, isNetworkFlow, NETWORK, number, numbers, type RecordAttribute, text, texts } from './row.js'

const flow = (says: string, ...also: string[]): Facts => ({ on: 'row', for: NETWORK, says, also })
const NO_TEXTS: readonly string[] = []
const NO_NUMBERS: readonly number[] = []

/** The two ends of a network flow. */
// biome-ignore format: a table
export const NETWORK_ATTRIBUTES: readonly RecordAttribute[] = [
  number('sf.net.proto', flow('IANA protocol number: 1 icmp, 6 tcp, 17 udp.'), (r, i) => (isNetworkFlow(r, i) ? at(r.protocol, i) : 0)),
  number('sf.net.sport', flow('Source port: that of the side which connected.'), (r, i) => (isNetworkFlow(r, i) ? at(r.sourcePort, i) : 0)),
  number('sf.net.dport', flow('Destination port.', 'fd.dport'), (r, i) => (isNetworkFlow(r, i) ? at(r.targetPort, i) : 0)),
  numbers('sf.net.port', flow('Source and destination port.', 'fd.port'), (r, i) => (isNetworkFlow(r, i) ? [at(r.sourcePort, i), at(r.targetPort, i)] : NO_NUMBERS)),
  text('sf.net.sip', flow('Source address, dotted.'), (r, i) => (isNetworkFlow(r, i) ? dottedAddress(at(r.sourceIp, i)) : '')),
  text('sf.net.dip', flow('Destination address, dotted.', 'fd.dip'), (r, i) => (isNetworkFlow(r, i) ? dottedAddress(at(r.targetIp, i)) : '')),
  texts('sf.net.ip', flow('Source and destination address.', 'fd.ip'), (r, i) => (isNetworkFlow(r, i) ? [dottedAddress(at(r.sourceIp, i)), dottedAddress(at(r.targetIp, i))] : NO_TEXTS)),
]

// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { OPERATION } from '../../avro/operation-flags.js'
import { ADDRESS, CONNECT_TARGET, ENDPOINT, LOCAL_ENDPOINT } from '../values.js'
import { PROTOCOL } from '../verbs.js'
import { eventTarget, optionalValue } from './event-values.js'
import { flowFieldsOf, trafficFlagsOf, trafficOf } from './flow-fields.js'
import type { RunningProcess } from './simulated-host.js'
import type { EventHandler } from './simulation.js'

const DEFAULT_DURATION = 20_000_000n
/** Default number of bytes of a datagram. */
const DEFAULT_DATAGRAM_BYTES = 64

/** A connection or an exchange of datagrams, seen from one end; the initiator is the source. */
export const networkFlowHandler =
  (verb: 'connect' | 'send' | 'accept' | 'receive'): EventHandler =>
  (simulation, timedEvent) => {
    const { event, time, counters } = timedEvent
    const process = simulation.actor(timedEvent)
    const traffic = trafficOf(
      timedEvent,
      verb === 'receive' ? DEFAULT_DATAGRAM_BYTES : 0,
      verb === 'send' ? DEFAULT_DATAGRAM_BYTES : 0,
    )
    const startFlag = verb === 'connect' || verb === 'accept' ? OPERATION[verb] : 0
    const flow = {
      ...flowFieldsOf(simulation, timedEvent, process, DEFAULT_DURATION),
      opFlags: startFlag | trafficFlagsOf(timedEvent, traffic),
      ...traffic,
    }

    const remote = verb === 'connect' ? eventTarget(event, CONNECT_TARGET, counters) : eventTarget(event, ENDPOINT, counters)
    if (typeof remote === 'string') {
      const fileOID = simulation.host.file(socketPath(remote, process), process, 'REUP', 'u', time)
      simulation.beginFlow({ branch: 'FF', record: { ...flow, openFlags: 0, fileOID } }, process)
      return
    }
    const isIncoming = verb === 'accept' || verb === 'receive'
    const given = optionalValue(event, isIncoming ? 'on' : 'from', LOCAL_ENDPOINT, counters)
    const hostAddress = ADDRESS.parse(simulation.scenario.header.ip) ?? 0
    const local = {
      ip: given?.ip ?? simulation.host.addressOf(process) ?? hostAddress,
      port: given?.port ?? simulation.ephemeralPort(),
    }
    const [source, target] = isIncoming ? [remote, local] : [local, remote]
    const defaultProtocol = verb === 'send' || verb === 'receive' ? 'udp' : 'tcp'
    const proto = optionalValue(event, 'protocol', PROTOCOL, counters) ?? PROTOCOL.parse(defaultProtocol) ?? 0
    const endpoints = { sip: source.ip, sport: source.port, dip: target.ip, dport: target.port, proto }
    simulation.beginFlow({ branch: 'NF', record: { ...flow, ...endpoints } }, process)
  }

/** Collectors write the kernel addresses of both ends before a socket's path. The simulated addresses are hashes of the ends. */
function socketPath(path: string, process: RunningProcess): string {
  const address = (of: string) => `ffff8${createHash('sha1').update(of).digest('hex').slice(0, 9)}00`
  return `${address(`${process.oid.hpid} ${path}`)}->${address(path)} ${path}`
}

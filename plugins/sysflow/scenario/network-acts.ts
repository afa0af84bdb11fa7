// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { OPERATION } from '../avro/operation-flags.js'
import { optional, targetOf } from './event-values.js'
import { flagsOf, flowOf, trafficOf } from './flow.js'
import type { Act } from './stage.js'
import { ADDRESS, ENDPOINT, NEAR_END, TARGET } from './values.js'
import { PROTOCOL } from './verbs.js'
import type { Running } from './world.js'

const LASTS = 20_000_000n
/** Bytes of a datagram, if not said. */
const DATAGRAM = 64

/** A connection or an exchange of datagrams, seen from one end; the source is who began it. */
export const networkFlow =
  (verb: 'connect' | 'send' | 'accept' | 'receive'): Act =>
  (stage, timed) => {
    const { event, time, counters } = timed
    const process = stage.actor(timed)
    const traffic = trafficOf(timed, verb === 'receive' ? DATAGRAM : 0, verb === 'send' ? DATAGRAM : 0)
    const beginning = verb === 'connect' || verb === 'accept' ? OPERATION[verb] : 0
    const flow = { ...flowOf(stage, timed, process, LASTS), opFlags: beginning | flagsOf(timed, traffic), ...traffic }

    const far = verb === 'connect' ? targetOf(event, TARGET, counters) : targetOf(event, ENDPOINT, counters)
    if (typeof far === 'string') {
      const fileOID = stage.world.file(socketPath(far, process), process, 'REUP', 'u', time)
      stage.begin({ branch: 'FF', record: { ...flow, openFlags: 0, fileOID } }, process)
      return
    }
    const incoming = verb === 'accept' || verb === 'receive'
    const given = optional(event, incoming ? 'on' : 'from', NEAR_END, counters)
    const hostAddress = ADDRESS.parse(stage.scenario.header.ip) ?? 0
    const near = {
      ip: given?.ip ?? stage.world.addressOf(process) ?? hostAddress,
      port: given?.port ?? stage.ephemeralPort(),
    }
    const [source, target] = incoming ? [far, near] : [near, far]
    const usual = verb === 'send' || verb === 'receive' ? 'udp' : 'tcp'
    const proto = optional(event, 'protocol', PROTOCOL, counters) ?? PROTOCOL.parse(usual) ?? 0
    const endpoints = { sip: source.ip, sport: source.port, dip: target.ip, dport: target.port, proto }
    stage.begin({ branch: 'NF', record: { ...flow, ...endpoints } }, process)
  }

/** Collectors show the kernel addresses of both ends before a socket's path; ours are made of what they stand for. */
function socketPath(path: string, process: Running): string {
  const address = (of: string) => `ffff8${createHash('sha1').update(of).digest('hex').slice(0, 9)}00`
  return `${address(`${process.oid.hpid} ${path}`)}->${address(path)} ${path}`
}

// SPDX-License-Identifier: Apache-2.0
import type { Pod } from '../../entities/entities.js'

/** `sf.pod.hostip`: JSON array of dotted addresses; empty without a pod. */
export const podHostIpText = (pod: Pod): string => (pod.isKnown ? JSON.stringify(pod.hostIps) : '')

/** `sf.pod.internalip`: JSON array of dotted addresses; empty without a pod. */
export const podInternalIpText = (pod: Pod): string => (pod.isKnown ? JSON.stringify(pod.internalIps) : '')

/** `sf.pod.services`: JSON array of the pod's services; empty without a pod. */
export const podServicesText = (pod: Pod): string =>
  pod.isKnown
    ? JSON.stringify(
        pod.services.map(service => ({
          clusterip: service.clusterIps,
          name: service.name,
          id: service.id,
          namespace: service.namespace,
          portList: service.portList.map(({ port, targetPort, nodePort, proto }) => ({ port, targetPort, nodePort, proto })),
        })),
      )
    : ''

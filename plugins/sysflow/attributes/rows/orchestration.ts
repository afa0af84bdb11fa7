// SPDX-License-Identifier: Apache-2.0
import { type Container, K8S_ACTIONS, K8S_COMPONENTS, type Pod } from '../../entities/entities.js'
import type { EventColumns } from '../../reader/event-columns.js'
import { containerTypeName } from '../derive/names.js'
import { podHostIpText, podInternalIpText, podServicesText } from '../derive/pod-texts.js'
import {
  type AttributeDefinition,
  actorOf,
  clockAttribute,
  isKubernetes,
  jsonAttribute,
  KUBERNETES_TYPES,
  numberAttribute,
  PROCESS_TYPES,
  type RecordAttribute,
  type Rows,
  textAttribute,
} from './attribute-definition.js'

const inContainer = (description: string, ...aliases: string[]): AttributeDefinition => ({
  dependsOn: 'actor',
  types: PROCESS_TYPES,
  description,
  aliases,
})
const inPod = inContainer
const event = (description: string): AttributeDefinition => ({ dependsOn: 'row', types: KUBERNETES_TYPES, description })

const containerOf = (rows: Rows, row: number): Container => actorOf(rows, row).container
const podOf = (rows: Rows, row: number): Pod => actorOf(rows, row).pod
const k8sOf = (rows: Rows, row: number) => rows.k8s[row] as EventColumns['k8s'][number]

/** Containers, pods and Kubernetes events. */
// biome-ignore format: a table
export const ORCHESTRATION_ATTRIBUTES: readonly RecordAttribute[] = [
  textAttribute('sf.container.id', inContainer('Id of the container, usually 12 hex digits; empty on the host.'), (r, i) => containerOf(r, i).id),
  textAttribute('sf.container.name', inContainer('Name of the container.'), (r, i) => containerOf(r, i).name),
  textAttribute('sf.container.imageid', inContainer('Id of the image.', 'sf.container.image.id', 'container.image.id'), (r, i) => containerOf(r, i).imageId),
  textAttribute('sf.container.image', inContainer('Image name with tag.', 'container.image'), (r, i) => containerOf(r, i).image),
  textAttribute('sf.container.type', inContainer('Container type: DOCKER, CONTAINERD, CRIO, ...; "host" outside containers.'), (r, i) => containerTypeName(containerOf(r, i).type)),
  numberAttribute('sf.container.privileged', inContainer('1 for a privileged container.'), (r, i) => (containerOf(r, i).privileged ? 1 : 0)),

  clockAttribute('sf.pod.ts', inPod('Timestamp of the pod record.'), (r, i) => podOf(r, i).tsHigh, (r, i) => podOf(r, i).tsLow),
  textAttribute('sf.pod.id', inPod('Id of the pod; empty outside pods.', 'k8s.pod.id', 'k8s.pod.uid'), (r, i) => podOf(r, i).id),
  textAttribute('sf.pod.name', inPod('Name of the pod.', 'k8s.pod.name'), (r, i) => podOf(r, i).name),
  textAttribute('sf.pod.nodename', inPod('Node of the pod.'), (r, i) => podOf(r, i).nodeName),
  jsonAttribute('sf.pod.hostip', inPod('Addresses of the node, as a JSON array.'), (r, i) => podHostIpText(podOf(r, i))),
  jsonAttribute('sf.pod.internalip', inPod('Addresses of the pod, as a JSON array.', 'k8s.pod.ip'), (r, i) => podInternalIpText(podOf(r, i))),
  textAttribute('sf.pod.namespace', inPod('Namespace of the pod.', 'k8s.ns.name'), (r, i) => podOf(r, i).namespace),
  numberAttribute('sf.pod.restartcnt', inPod('Number of restarts of the pod.'), (r, i) => podOf(r, i).restartCount),
  jsonAttribute('sf.pod.services', inPod('Services of the pod, as JSON: clusterip, name, id, namespace, portList.'), (r, i) => podServicesText(podOf(r, i))),

  textAttribute('sf.ke.action', event('Action of the event: K8S_COMPONENT_ADDED, _MODIFIED, _DELETED, _ERROR, ...; empty for other records.'), (r, i) => (isKubernetes(r, i) ? (K8S_ACTIONS[k8sOf(r, i).action] ?? '') : '')),
  textAttribute('sf.ke.kind', event('Resource type of the event: K8S_PODS, K8S_SERVICES, ...; empty for other records.'), (r, i) => (isKubernetes(r, i) ? (K8S_COMPONENTS[k8sOf(r, i).kind] ?? '') : '')),
  jsonAttribute('sf.ke.message', event('Message of the event, as JSON.'), (r, i) => (isKubernetes(r, i) ? k8sOf(r, i).message : '')),
]

// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { isMap, isScalar, type Node } from 'yaml'
import type { PodRecord, PortRecord, ServiceRecord } from '../avro/trace-record.js'
import { checkName } from './check-names.js'
import { CONTAINER_TYPE, keysOf, RESOURCE_TYPE } from './mapping-keys.js'
import { parseValue } from './read-events.js'
import type { DeclaredContainer, DeclaredFile, DeclaredProcess, User } from './scenario.js'
import { ADDRESS, COUNT, DURATION, FLAG, INT, TEXT, type ValueKind } from './values.js'
import type { YamlDocument, YamlMapping } from './yaml-document.js'

const NO_COUNTERS: ReadonlyMap<string, number> = new Map()

export const ROOT_USER: User = { name: 'root', uid: 0, gid: 0, group: 'root' }

/** Reads `www-data: 33`, or `deploy: { uid: 1000, gid: 100, group: users }`. The user root need not be declared. */
export function readUsers(document: YamlDocument, node: Node | undefined): Map<string, User> {
  const users = readNamedEntries(document, node, '"users"', (name, entry): User => {
    if (isScalar(entry)) {
      const uid = parseValue(document, name, document.value(entry, name), INT, NO_COUNTERS) ?? 0
      return { name, uid, gid: uid, group: name }
    }
    const mapping = document.mapping(entry, `user "${name}"`, keysOf('user'))
    const uid = readOption(document, mapping, 'uid', INT) ?? 0
    mapping?.requireKey('uid')
    return {
      name,
      uid,
      gid: readOption(document, mapping, 'gid', INT) ?? uid,
      group: readOption(document, mapping, 'group', TEXT) ?? name,
    }
  })
  return users.has('root') ? users : new Map([['root', ROOT_USER], ...users])
}

export function readPods(document: YamlDocument, node: Node | undefined): Map<string, Omit<PodRecord, 'ts'>> {
  return readNamedEntries(document, node, '"pods"', (name, entry): Omit<PodRecord, 'ts'> => {
    const mapping = document.mapping(entry, `pod "${name}"`, keysOf('pod'))
    const services = mapping?.node('services')
    return {
      id: readOption(document, mapping, 'id', TEXT) ?? deterministicUuid(name),
      name: readOption(document, mapping, 'name', TEXT) ?? name,
      nodeName: readOption(document, mapping, 'node', TEXT) ?? '',
      hostIP: readAddresses(document, mapping, 'host-ips'),
      internalIP: readAddresses(document, mapping, 'ips'),
      namespace: readOption(document, mapping, 'namespace', TEXT) ?? 'default',
      restartCount: readOption(document, mapping, 'restarts', COUNT) ?? 0,
      labels: readTexts(document, mapping?.node('labels'), '"labels"'),
      selectors: readTexts(document, mapping?.node('selectors'), '"selectors"'),
      services: services ? document.list(services, '"services"').flatMap(item => readService(document, item)) : [],
    }
  })
}

function readService(document: YamlDocument, node: Node): ServiceRecord[] {
  const mapping = document.mapping(node, 'a service', keysOf('service'))
  const name = mapping?.requiredValue('name')?.text
  if (!mapping || name === undefined) return []
  const ports = mapping.node('ports')
  return [
    {
      name,
      id: readOption(document, mapping, 'id', TEXT) ?? deterministicUuid(`service ${name}`),
      namespace: readOption(document, mapping, 'namespace', TEXT) ?? 'default',
      portList: ports ? document.list(ports, '"ports"').flatMap(item => readPort(document, item)) : [],
      clusterIP: readAddresses(document, mapping, 'ips'),
    },
  ]
}

function readPort(document: YamlDocument, node: Node): PortRecord[] {
  const mapping = document.mapping(node, 'a port', keysOf('port'))
  mapping?.requireKey('port')
  const port = readOption(document, mapping, 'port', INT)
  if (port === undefined) return []
  return [
    {
      port,
      targetPort: readOption(document, mapping, 'target', INT) ?? port,
      nodePort: readOption(document, mapping, 'node', INT) ?? 0,
      proto: readOption(document, mapping, 'protocol', TEXT) ?? 'TCP',
    },
  ]
}

export function readContainers(
  document: YamlDocument,
  node: Node | undefined,
  pods: ReadonlyMap<string, unknown>,
): Map<string, DeclaredContainer> {
  return readNamedEntries(document, node, '"containers"', (name, entry): DeclaredContainer => {
    const mapping = document.mapping(entry, `container "${name}"`, keysOf('container'))
    const image = readOption(document, mapping, 'image', TEXT) ?? name
    checkName(document, 'pod', mapping?.value('pod'), pods)
    return {
      id: readOption(document, mapping, 'id', TEXT) ?? digest('sha1', `container ${name}`).slice(0, 12),
      name: readOption(document, mapping, 'name', TEXT) ?? name,
      image,
      imageid: readOption(document, mapping, 'image-id', TEXT) ?? digest('sha256', image),
      type: readOption(document, mapping, 'type', CONTAINER_TYPE) ?? 'CT_CONTAINERD',
      privileged: readOption(document, mapping, 'privileged', FLAG) ?? false,
      pod: readOption(document, mapping, 'pod', TEXT),
    }
  })
}

/** Reads `/dev/shm: directory`, or `/data/x: { type: file, container: host }`. */
export function readFiles(
  document: YamlDocument,
  node: Node | undefined,
  containers: ReadonlyMap<string, DeclaredContainer>,
): Map<string, DeclaredFile> {
  return readNamedEntries(document, node, '"files"', (path, entry): DeclaredFile => {
    const mapping = isScalar(entry) ? undefined : document.mapping(entry, `file "${path}"`, keysOf('file'))
    const type = isScalar(entry)
      ? parseValue(document, path, document.value(entry, path), RESOURCE_TYPE, NO_COUNTERS)
      : readOption(document, mapping, 'type', RESOURCE_TYPE)
    const container = readOption(document, mapping, 'container', TEXT)
    if (container !== 'host') checkName(document, 'container', mapping?.value('container'), containers)
    return { restype: (type ?? 'f').charCodeAt(0), container: container === 'host' ? '' : container }
  })
}

export function readProcesses(
  document: YamlDocument,
  node: Node | undefined,
  users: ReadonlyMap<string, User>,
  containers: ReadonlyMap<string, DeclaredContainer>,
): Map<string, DeclaredProcess> {
  const mappings = new Map<string, YamlMapping>()
  const declared = readNamedEntries(document, node, '"processes"', (name, entry): DeclaredProcess => {
    const mapping = document.mapping(entry, `process "${name}"`, keysOf('process'))
    if (mapping) mappings.set(name, mapping)
    const user = readOption(document, mapping, 'user', TEXT) ?? 'root'
    checkName(document, 'user', mapping?.value('user'), users)
    checkName(document, 'container', mapping?.value('container'), containers)
    return {
      exe: mapping?.requiredValue('exe')?.text ?? '',
      args: readOption(document, mapping, 'args', TEXT) ?? '',
      user: users.get(user) ?? ROOT_USER,
      container: readOption(document, mapping, 'container', TEXT),
      tty: readOption(document, mapping, 'tty', FLAG) ?? false,
      entry: readOption(document, mapping, 'entry', FLAG) ?? false,
      cwd: readOption(document, mapping, 'cwd', TEXT) ?? '/',
      env: mapping?.value('env')?.items ?? [],
      pid: readOption(document, mapping, 'pid', COUNT),
      parent: readOption(document, mapping, 'parent', TEXT),
      age: readOption(document, mapping, 'age', DURATION) ?? ONE_HOUR,
    }
  })
  for (const mapping of mappings.values()) checkName(document, 'process', mapping.value('parent'), declared)
  return parentsFirst(document, declared, mappings)
}

const ONE_HOUR = 3_600_000_000_000n

function parentsFirst(
  document: YamlDocument,
  declared: ReadonlyMap<string, DeclaredProcess>,
  mappings: ReadonlyMap<string, YamlMapping>,
): Map<string, DeclaredProcess> {
  const ordered = new Map<string, DeclaredProcess>()
  for (const name of declared.keys()) {
    const chain: string[] = []
    for (let next: string | undefined = name; next !== undefined && !ordered.has(next); next = declared.get(next)?.parent) {
      if (chain.includes(next)) {
        const position = mappings.get(name)?.position
        if (position) document.addFault('SFP_SCENARIO_PARENT_CYCLE', position, { name })
        break
      }
      chain.push(next)
    }
    for (const ancestor of chain.reverse()) {
      const process = declared.get(ancestor)
      if (process) ordered.set(ancestor, process)
    }
  }
  return ordered
}

/** Reads a mapping with arbitrary names; `read` reads each value. */
function readNamedEntries<T>(
  document: YamlDocument,
  node: Node | undefined,
  name: string,
  read: (name: string, entry: Node) => T,
): Map<string, T> {
  const mapping = document.mapping(node, name)
  const found = new Map<string, T>()
  for (const key of mapping?.keys ?? []) {
    const entry = mapping?.node(key)
    if (entry) found.set(key, read(key, entry))
  }
  return found
}

const readOption = <T>(
  document: YamlDocument,
  mapping: YamlMapping | undefined,
  key: string,
  kind: ValueKind<T>,
): T | undefined => parseValue(document, key, mapping?.value(key), kind, NO_COUNTERS)

function readAddresses(document: YamlDocument, mapping: YamlMapping | undefined, key: string): number[] {
  const yamlValue = mapping?.value(key)
  return (yamlValue?.items ?? []).flatMap(
    item => parseValue(document, key, yamlValue && { ...yamlValue, text: item }, ADDRESS, NO_COUNTERS) ?? [],
  )
}

function readTexts(document: YamlDocument, node: Node | undefined, name: string): Record<string, string> {
  const found = readNamedEntries(document, node, name, (key, entry) =>
    isMap(entry) ? '' : (document.value(entry, key)?.text ?? ''),
  )
  return Object.fromEntries(found)
}

const digest = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest('hex')

const deterministicUuid = (name: string): string =>
  digest('sha1', `pod ${name}`).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5')

// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { isMap, isScalar, type Node } from 'yaml'
import type { PodRecord, PortRecord, ServiceRecord } from '../avro/trace-record.js'
import { checkName } from './check-names.js'
import { CONTAINER_TYPE, keysOf, RESOURCE } from './keys.js'
import { value } from './read-events.js'
import type { Container, DeclaredFile, DeclaredProcess, User } from './scenario.js'
import type { Section, Sheet } from './sheet.js'
import { ADDRESS, COUNT, DURATION, FLAG, INT, TEXT, type ValueKind } from './values.js'

const NO_COUNTERS: ReadonlyMap<string, number> = new Map()

export const ROOT: User = { name: 'root', uid: 0, gid: 0, group: 'root' }

/** `www-data: 33`, or `deploy: { uid: 1000, gid: 100, group: users }`; root need not be declared. */
export function readUsers(sheet: Sheet, node: Node | undefined): Map<string, User> {
  const users = entries(sheet, node, '"users"', (name, entry): User => {
    if (isScalar(entry)) {
      const uid = value(sheet, name, sheet.word(entry, name), INT, NO_COUNTERS) ?? 0
      return { name, uid, gid: uid, group: name }
    }
    const section = sheet.section(entry, `user "${name}"`, keysOf('user'))
    const uid = option(sheet, section, 'uid', INT) ?? 0
    section?.demand('uid')
    return { name, uid, gid: option(sheet, section, 'gid', INT) ?? uid, group: option(sheet, section, 'group', TEXT) ?? name }
  })
  return users.has('root') ? users : new Map([['root', ROOT], ...users])
}

export function readPods(sheet: Sheet, node: Node | undefined): Map<string, Omit<PodRecord, 'ts'>> {
  return entries(sheet, node, '"pods"', (name, entry): Omit<PodRecord, 'ts'> => {
    const section = sheet.section(entry, `pod "${name}"`, keysOf('pod'))
    const services = section?.node('services')
    return {
      id: option(sheet, section, 'id', TEXT) ?? madeUpUuid(name),
      name: option(sheet, section, 'name', TEXT) ?? name,
      nodeName: option(sheet, section, 'node', TEXT) ?? '',
      hostIP: addresses(sheet, section, 'host-ips'),
      internalIP: addresses(sheet, section, 'ips'),
      namespace: option(sheet, section, 'namespace', TEXT) ?? 'default',
      restartCount: option(sheet, section, 'restarts', COUNT) ?? 0,
      labels: texts(sheet, section?.node('labels'), '"labels"'),
      selectors: texts(sheet, section?.node('selectors'), '"selectors"'),
      services: services ? sheet.list(services, '"services"').flatMap(item => readService(sheet, item)) : [],
    }
  })
}

function readService(sheet: Sheet, node: Node): ServiceRecord[] {
  const section = sheet.section(node, 'a service', keysOf('service'))
  const name = section?.needed('name')?.text
  if (!section || name === undefined) return []
  const ports = section.node('ports')
  return [
    {
      name,
      id: option(sheet, section, 'id', TEXT) ?? madeUpUuid(`service ${name}`),
      namespace: option(sheet, section, 'namespace', TEXT) ?? 'default',
      portList: ports ? sheet.list(ports, '"ports"').flatMap(item => readPort(sheet, item)) : [],
      clusterIP: addresses(sheet, section, 'ips'),
    },
  ]
}

function readPort(sheet: Sheet, node: Node): PortRecord[] {
  const section = sheet.section(node, 'a port', keysOf('port'))
  section?.demand('port')
  const port = option(sheet, section, 'port', INT)
  if (port === undefined) return []
  return [
    {
      port,
      targetPort: option(sheet, section, 'target', INT) ?? port,
      nodePort: option(sheet, section, 'node', INT) ?? 0,
      proto: option(sheet, section, 'protocol', TEXT) ?? 'TCP',
    },
  ]
}

export function readContainers(sheet: Sheet, node: Node | undefined, pods: ReadonlyMap<string, unknown>): Map<string, Container> {
  return entries(sheet, node, '"containers"', (name, entry): Container => {
    const section = sheet.section(entry, `container "${name}"`, keysOf('container'))
    const image = option(sheet, section, 'image', TEXT) ?? name
    checkName(sheet, 'pod', section?.word('pod'), pods)
    return {
      id: option(sheet, section, 'id', TEXT) ?? digest('sha1', `container ${name}`).slice(0, 12),
      name: option(sheet, section, 'name', TEXT) ?? name,
      image,
      imageid: option(sheet, section, 'image-id', TEXT) ?? digest('sha256', image),
      type: option(sheet, section, 'type', CONTAINER_TYPE) ?? 'CT_CONTAINERD',
      privileged: option(sheet, section, 'privileged', FLAG) ?? false,
      pod: option(sheet, section, 'pod', TEXT),
    }
  })
}

/** `/dev/shm: directory`, or `/data/x: { type: file, container: host }`. */
export function readFiles(
  sheet: Sheet,
  node: Node | undefined,
  containers: ReadonlyMap<string, Container>,
): Map<string, DeclaredFile> {
  return entries(sheet, node, '"files"', (path, entry): DeclaredFile => {
    const section = isScalar(entry) ? undefined : sheet.section(entry, `file "${path}"`, keysOf('file'))
    const type = isScalar(entry)
      ? value(sheet, path, sheet.word(entry, path), RESOURCE, NO_COUNTERS)
      : option(sheet, section, 'type', RESOURCE)
    const container = option(sheet, section, 'container', TEXT)
    if (container !== 'host') checkName(sheet, 'container', section?.word('container'), containers)
    return { restype: (type ?? 'f').charCodeAt(0), container: container === 'host' ? '' : container }
  })
}

export function readProcesses(
  sheet: Sheet,
  node: Node | undefined,
  users: ReadonlyMap<string, User>,
  containers: ReadonlyMap<string, Container>,
): Map<string, DeclaredProcess> {
  const places = new Map<string, Section>()
  const declared = entries(sheet, node, '"processes"', (name, entry): DeclaredProcess => {
    const section = sheet.section(entry, `process "${name}"`, keysOf('process'))
    if (section) places.set(name, section)
    const user = option(sheet, section, 'user', TEXT) ?? 'root'
    checkName(sheet, 'user', section?.word('user'), users)
    checkName(sheet, 'container', section?.word('container'), containers)
    return {
      exe: section?.needed('exe')?.text ?? '',
      args: option(sheet, section, 'args', TEXT) ?? '',
      user: users.get(user) ?? ROOT,
      container: option(sheet, section, 'container', TEXT),
      tty: option(sheet, section, 'tty', FLAG) ?? false,
      entry: option(sheet, section, 'entry', FLAG) ?? false,
      cwd: option(sheet, section, 'cwd', TEXT) ?? '/',
      env: section?.word('env')?.items ?? [],
      pid: option(sheet, section, 'pid', COUNT),
      parent: option(sheet, section, 'parent', TEXT),
      age: option(sheet, section, 'age', DURATION) ?? ONE_HOUR,
    }
  })
  for (const section of places.values()) checkName(sheet, 'process', section.word('parent'), declared)
  return parentsFirst(sheet, declared, places)
}

const ONE_HOUR = 3_600_000_000_000n

function parentsFirst(
  sheet: Sheet,
  declared: ReadonlyMap<string, DeclaredProcess>,
  places: ReadonlyMap<string, Section>,
): Map<string, DeclaredProcess> {
  const ordered = new Map<string, DeclaredProcess>()
  for (const name of declared.keys()) {
    const line: string[] = []
    for (let next: string | undefined = name; next !== undefined && !ordered.has(next); next = declared.get(next)?.parent) {
      if (line.includes(next)) {
        const place = places.get(name)?.place
        if (place) sheet.fault('SFP_SCENARIO_PARENT_CYCLE', place, { name })
        break
      }
      line.push(next)
    }
    for (const member of line.reverse()) {
      const process = declared.get(member)
      if (process) ordered.set(member, process)
    }
  }
  return ordered
}

/** A mapping of names, whatever they are; each value is read by `read`. */
function entries<T>(sheet: Sheet, node: Node | undefined, name: string, read: (name: string, entry: Node) => T): Map<string, T> {
  const section = sheet.section(node, name)
  const found = new Map<string, T>()
  for (const key of section?.keys ?? []) {
    const entry = section?.node(key)
    if (entry) found.set(key, read(key, entry))
  }
  return found
}

const option = <T>(sheet: Sheet, section: Section | undefined, key: string, kind: ValueKind<T>): T | undefined =>
  value(sheet, key, section?.word(key), kind, NO_COUNTERS)

function addresses(sheet: Sheet, section: Section | undefined, key: string): number[] {
  const word = section?.word(key)
  return (word?.items ?? []).flatMap(item => value(sheet, key, word && { ...word, text: item }, ADDRESS, NO_COUNTERS) ?? [])
}

function texts(sheet: Sheet, node: Node | undefined, name: string): Record<string, string> {
  const found = entries(sheet, node, name, (key, entry) => (isMap(entry) ? '' : (sheet.word(entry, key)?.text ?? '')))
  return Object.fromEntries(found)
}

const digest = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest('hex')

const madeUpUuid = (name: string): string =>
  digest('sha1', `pod ${name}`).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5')

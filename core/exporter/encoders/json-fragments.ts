// SPDX-License-Identifier: Apache-2.0
import type { Memo } from '../../contract/source.js'
import { clockDigits } from '../../record/derive/clock.js'
import { ancestorCommandLine, ownCommandLine } from '../../record/derive/command-lines.js'
import { containerTypeName, resourceTypeName } from '../../record/derive/names.js'
import { baseName, directoryName, splitSocketPath } from '../../record/derive/paths.js'
import { processOid } from '../../record/derive/xxh64.js'
import type { Actor, Container, FileEntity, Header, Pod, PodService, Process } from '../../sysflow/entities.js'
import { jsonText, jsonTexts } from '../json-text.js'
import { fragment, NOTHING } from './fragment.js'

/** The parts of schema 5 that depend on one entity alone; the encoder writes the numbers of the row between them. */

export class HeaderFragments implements Memo {
  readonly meta: Buffer
  readonly node: Buffer

  constructor(
    header: Header,
    readonly owner: object,
    readonly next: Memo | null,
  ) {
    this.meta = fragment(`,"meta":{"schema":${header.version},"tracename":${jsonText(baseName(header.filename))}}`)
    this.node = fragment(`,"node":{"id":${jsonText(header.exporter)},"ip":${jsonText(header.ip)}}`)
  }
}

export class ActorFragments implements Memo {
  readonly container: Buffer
  /** `pod`, `pproc` and `proc` up to the thread id. */
  readonly processes: Buffer
  /** `proc` behind the thread id. */
  readonly rest: Buffer

  constructor(
    actor: Actor,
    readonly owner: object,
    readonly next: Memo | null,
  ) {
    const { process, container, pod } = actor
    this.container = container.id === '' ? NOTHING : fragment(containerText(container))
    const parent = process.parentPid === 0 ? '' : parentText(process, actor.parent?.process)
    this.processes = fragment(
      `${pod.id === '' ? '' : podText(pod)}${parent},"proc":{${ancestryText(actor)},${ownText(process)},"tid":`,
    )
    this.rest = fragment(`,"tty":${process.tty},"uid":${process.uid},"user":${jsonText(process.userName)}}`)
  }
}

export class FileFragments {
  /** `file` up to the file descriptor. */
  readonly directory: Buffer
  readonly name: Buffer
  /** What stands for a second file where the event has none, `oid` and the opening of `openflags`. */
  readonly oidAlone: Buffer
  readonly oid: Buffer
  /** `file` behind `openflags`. */
  readonly rest: Buffer
  #asSecond: Buffer | undefined

  constructor(readonly file: FileEntity) {
    const { path, link } = splitSocketPath(file.path)
    this.directory = fragment(`,"file":{"directory":${jsonText(directoryName(path))},"fd":`)
    this.name = fragment(`,"name":${jsonText(baseName(file.path))}`)
    this.oid = fragment(`,"oid":${jsonText(file.oid)},"openflags":`)
    this.oidAlone = fragment(`${NO_SECOND_FILE}${this.oid}`)
    const type = jsonText(resourceTypeName(file.resourceType))
    this.rest = fragment(`,"path":${jsonText(path)},"symlink":${jsonText(link)},"type":${type}}`)
  }

  /** `newdirectory` to `newsymlink`, where this is the second file of an event. */
  get asSecond(): Buffer {
    this.#asSecond ??= fragment(secondFileText(this.file))
    return this.#asSecond
  }
}

const NO_SECOND_FILE = ',"newdirectory":".","newname":".","newoid":"","newpath":"","newsymlink":""'

function secondFileText(file: FileEntity): string {
  const { path, link } = splitSocketPath(file.path)
  const directory = jsonText(directoryName(path))
  // The path stands here as it was recorded, with the addresses of a socket.
  return `,"newdirectory":${directory},"newname":${jsonText(baseName(file.path))},"newoid":${jsonText(file.oid)},"newpath":${jsonText(file.path)},"newsymlink":${jsonText(link)}`
}

const containerText = (container: Container): string =>
  `,"container":{"id":${jsonText(container.id)},"image":${jsonText(container.image)},"imageid":${jsonText(container.imageId)},"name":${jsonText(container.name)},"privileged":${container.privileged ? 1 : 0},"type":${jsonText(containerTypeName(container.type))}}`

const podText = (pod: Pod): string =>
  `,"pod":{"hostip":${jsonTexts(pod.hostIps)},"id":${jsonText(pod.id)},"internalip":${jsonTexts(pod.internalIps)},"name":${jsonText(pod.name)},"namespace":${jsonText(pod.namespace)},"nodename":${jsonText(pod.nodeName)},"restartcnt":${pod.restartCount},"services":[${pod.services.map(serviceText).join(',')}],"ts":${clockDigits(pod.tsHigh, pod.tsLow)}}`

const serviceText = (service: PodService): string =>
  `{"id":${jsonText(service.id)},"name":${jsonText(service.name)},"namespace":${jsonText(service.namespace)},"clusterIP":${jsonTexts(service.clusterIps)},"ports":[${service.portList.map(portText).join(',')}]}`

const portText = (port: PodService['portList'][number]): string =>
  `{"port":${port.port},"targetport":${port.targetPort},"nodeport":${port.nodePort},"proto":${jsonText(port.proto)}}`

/** Who the parent is comes from the process, what it is from its own record, which may be missing. */
function parentText(process: Process, parent: Process | undefined): string {
  const text = (value: string | undefined): string => jsonText(value ?? '')
  const commandLine = parent && ancestorCommandLine(parent.exe, parent.args)
  const createTs = clockDigits(process.parentCreateHigh, process.parentCreateLow)
  const oid = jsonText(processOid(process.parentCreateHigh, process.parentCreateLow, process.parentPid))
  const name = parent && baseName(parent.exe)
  return `,"pproc":{"args":${text(parent?.args)},"cmdline":${text(commandLine)},"createts":${createTs},"entry":${parent?.entry ?? false},"exe":${text(parent?.exe)},"gid":${parent?.gid ?? 0},"group":${text(parent?.groupName)},"name":${text(name)},"oid":${oid},"pid":${process.parentPid},"tty":${parent?.tty ?? false},"uid":${parent?.uid ?? 0},"user":${text(parent?.userName)}}`
}

function ancestryText(actor: Actor): string {
  const commandLines: string[] = []
  const exes: string[] = []
  const names: string[] = []
  const pids: number[] = []
  for (let one: Actor | null = actor; one?.process.known; one = one.parent) {
    const { exe, args, pid } = one.process
    commandLines.push(jsonText(ancestorCommandLine(exe, args)))
    exes.push(jsonText(exe))
    names.push(jsonText(baseName(exe)))
    pids.push(pid)
  }
  return `"acmdline":[${commandLines}],"aexe":[${exes}],"aname":[${names}],"apid":[${pids}]`
}

const ownText = ({ args, exe, createHigh, createLow, entry, gid, groupName, pid }: Process): string =>
  `"args":${jsonText(args)},"cmdline":${jsonText(ownCommandLine(exe, args))},"createts":${clockDigits(createHigh, createLow)},"entry":${entry},"exe":${jsonText(exe)},"gid":${gid},"group":${jsonText(groupName)},"name":${jsonText(baseName(exe))},"oid":${jsonText(processOid(createHigh, createLow, pid))},"pid":${pid}`

// SPDX-License-Identifier: Apache-2.0
import { clockDigits } from '../../../core/contract/clock.js'
import { fragment } from '../../../core/exporter/encoders/fragment.js'
import { jsonText, jsonTexts } from '../../../core/exporter/json-text.js'
import { ancestorCommandLine, ownCommandLine } from '../attributes/derive/command-lines.js'
import { isOpenForReading, isOpenForWriting, openFlagNames } from '../attributes/derive/flags.js'
import { containerTypeName, recordTypeName, resourceTypeName } from '../attributes/derive/names.js'
import { baseName, directoryName, splitSocketPath } from '../attributes/derive/paths.js'
import { processOid } from '../attributes/derive/xxh64.js'
import type { Actor, Container, FileName, Header, Pod, PodService, Process } from '../entities/entities.js'

/** The parts of schema 5 that depend only on one entity. The encoder writes the numbers of the row between them. */

export class JsonHeaderFragments {
  readonly meta: Buffer
  readonly node: Buffer

  constructor(header: Header) {
    this.meta = fragment(`,"meta":{"schema":${header.version},"tracename":${jsonText(baseName(header.filename))}}`)
    this.node = fragment(`,"node":{"id":${jsonText(header.exporter)},"ip":${jsonText(header.ip)}}`)
  }
}

/** The part after the last number of a row: those of the sections up to `proc` that depend on header and actor. */
export interface JsonRecordTail {
  /** For a row in the main thread of its process: `closed` ends with the record, `open` ends before `policies`. */
  readonly closed: Buffer
  readonly open: Buffer
  /** For any other row: up to the thread id. */
  readonly beforeThread: Buffer
}

/** Fragments of one actor under one header. */
export class JsonActorFragments {
  /** Thread id of the main thread. */
  readonly pid: number
  /** The part after the thread id: `closed` ends with the record, `open` ends before `policies`. */
  readonly closed: Buffer
  readonly open: Buffer
  readonly #container: string
  readonly #openings: (Buffer | undefined)[] = []
  /** From the end of `flow`: `}`, `meta`, `node`, `pod`, `pproc`, `proc`, the end of the record. */
  readonly #fullTail: Buffer
  readonly #metaLength: number
  readonly #threadRange: { readonly start: number; readonly end: number }
  #event: JsonRecordTail | undefined
  #flow: JsonRecordTail | undefined
  #network: JsonRecordTail | undefined

  constructor(
    actor: Actor,
    readonly header: JsonHeaderFragments,
  ) {
    const { process, container, pod } = actor
    this.pid = process.pid
    this.#container = container.id === '' ? '' : containerText(container)
    const parent = process.parentPid === 0 ? '' : parentText(process, actor.parent?.process)
    const processes = fragment(
      `${pod.id === '' ? '' : podText(pod)}${parent},"proc":{${ancestryText(actor)},${processText(process)},"tid":`,
    )
    const start = CLOSE.length + header.meta.length + header.node.length + processes.length
    const thread = fragment(String(process.pid))
    const rest = fragment(`,"tty":${process.tty},"uid":${process.uid},"user":${jsonText(process.userName)}}}`)
    this.#fullTail = Buffer.concat([CLOSE, header.meta, header.node, processes, thread, rest])
    this.#metaLength = header.meta.length
    this.#threadRange = { start, end: start + thread.length }
    this.closed = this.#fullTail.subarray(this.#threadRange.end)
    this.open = this.closed.subarray(0, -CLOSE.length)
  }

  /** `type` and `container`. */
  opening(type: number): Buffer {
    let opening = this.#openings[type]
    if (opening === undefined) {
      opening = fragment(`,"type":"${recordTypeName(type)}"${this.#container}`)
      this.#openings[type] = opening
    }
    return opening
  }

  /** Tail of a row without counters. */
  get event(): JsonRecordTail {
    this.#event ??= this.#tail(CLOSE.length)
    return this.#event
  }

  /** Tail of a file flow, from the end of `flow`. */
  get flow(): JsonRecordTail {
    this.#flow ??= this.#tail(0)
    return this.#flow
  }

  /** Tail of a network flow, from after `net`. */
  get network(): JsonRecordTail {
    this.#network ??= this.#tail(CLOSE.length + this.#metaLength)
    return this.#network
  }

  #tail(from: number): JsonRecordTail {
    return {
      closed: this.#fullTail.subarray(from),
      open: this.#fullTail.subarray(from, -CLOSE.length),
      beforeThread: this.#fullTail.subarray(from, this.#threadRange.start),
    }
  }
}

/** The parts between the numbers of a row that names a file. */
export interface JsonFileFlowFragments {
  /** From after the file descriptor to before the digits of `oid`. */
  readonly names: Buffer
  /** From after these digits to the first number of `flow`. */
  readonly flow: Buffer
}

/** Fragments that depend only on the name and type of a file. */
export class JsonFileFragments {
  /** `file` up to the file descriptor. */
  readonly directory: Buffer
  readonly #name: string
  readonly #path: string
  readonly #flows = new Map<number, JsonFileFlowFragments>()
  #lastFlags = -1
  #lastFlow: JsonFileFlowFragments | undefined
  #event: { readonly names: Buffer; readonly rest: Buffer } | undefined
  #second: { readonly names: Buffer; readonly paths: Buffer } | undefined

  readonly #fileName: FileName

  constructor(name: FileName) {
    this.#fileName = name
    const { path, link } = splitSocketPath(name.path)
    this.directory = fragment(`,"file":{"directory":${jsonText(directoryName(path))},"fd":`)
    this.#name = `,"name":${jsonText(baseName(name.path))}`
    const type = jsonText(resourceTypeName(name.resourceType))
    this.#path = `,"path":${jsonText(path)},"symlink":${jsonText(link)},"type":${type}}`
  }

  /** Fragments of a flow with these open flags. Most files are opened with one set of flags. */
  flow(flags: number): JsonFileFlowFragments {
    if (this.#lastFlow !== undefined && flags === this.#lastFlags) return this.#lastFlow
    let parts = this.#flows.get(flags)
    if (parts === undefined) {
      parts = {
        names: fragment(`${openModes(flags)}${this.#name}${NO_SECOND_FILE},"oid":"`),
        flow: fragment(`","openflags":${jsonTexts(openFlagNames(flags))}${this.#path},"flow":{"rbytes":`),
      }
      if (this.#flows.size >= MAX_CACHED_FLAGS) this.#flows.clear()
      this.#flows.set(flags, parts)
    }
    this.#lastFlags = flags
    this.#lastFlow = parts
    return parts
  }

  /** Fragments of an event: from `fd` to before the names of a second file, and from after the digits of `oid`. */
  get event(): { readonly names: Buffer; readonly rest: Buffer } {
    this.#event ??= {
      names: fragment(`0${openModes(0)}${this.#name}`),
      rest: fragment(`","openflags":${jsonTexts(openFlagNames(0))}${this.#path}`),
    }
    return this.#event
  }

  /** Fragments of the second file of an event: `newdirectory` to `newoid`, and from after its digits to `newsymlink`. */
  get second(): { readonly names: Buffer; readonly paths: Buffer } {
    if (this.#second === undefined) {
      const { path, link } = splitSocketPath(this.#fileName.path)
      const directory = jsonText(directoryName(path))
      this.#second = {
        names: fragment(`,"newdirectory":${directory},"newname":${jsonText(baseName(this.#fileName.path))},"newoid":"`),
        // The path is written as it was recorded, with the addresses of a socket.
        paths: fragment(`","newpath":${jsonText(this.#fileName.path)},"newsymlink":${jsonText(link)},"oid":"`),
      }
    }
    return this.#second
  }
}

const openModes = (flags: number): string =>
  `,"is_open_read":${isOpenForReading(flags)},"is_open_write":${isOpenForWriting(flags)}`

const CLOSE = fragment('}')
/** Maximum number of cached open flag sets per file; more occur only in hostile traces. */
const MAX_CACHED_FLAGS = 16
const NO_SECOND_FILE = ',"newdirectory":".","newname":".","newoid":"","newpath":"","newsymlink":""'

const containerText = (container: Container): string =>
  `,"container":{"id":${jsonText(container.id)},"image":${jsonText(container.image)},"imageid":${jsonText(container.imageId)},"name":${jsonText(container.name)},"privileged":${container.privileged ? 1 : 0},"type":${jsonText(containerTypeName(container.type))}}`

const podText = (pod: Pod): string =>
  `,"pod":{"hostip":${jsonTexts(pod.hostIps)},"id":${jsonText(pod.id)},"internalip":${jsonTexts(pod.internalIps)},"name":${jsonText(pod.name)},"namespace":${jsonText(pod.namespace)},"nodename":${jsonText(pod.nodeName)},"restartcnt":${pod.restartCount},"services":[${pod.services.map(serviceText).join(',')}],"ts":${clockDigits(pod.tsHigh, pod.tsLow)}}`

const serviceText = (service: PodService): string =>
  `{"id":${jsonText(service.id)},"name":${jsonText(service.name)},"namespace":${jsonText(service.namespace)},"clusterIP":${jsonTexts(service.clusterIps)},"ports":[${service.portList.map(portText).join(',')}]}`

const portText = (port: PodService['portList'][number]): string =>
  `{"port":${port.port},"targetport":${port.targetPort},"nodeport":${port.nodePort},"proto":${jsonText(port.proto)}}`

/** The parent's identity comes from the process. Its other fields come from its own record, which may be missing. */
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
  for (let ancestor: Actor | null = actor; ancestor?.process.isKnown; ancestor = ancestor.parent) {
    const { exe, args, pid } = ancestor.process
    commandLines.push(jsonText(ancestorCommandLine(exe, args)))
    exes.push(jsonText(exe))
    names.push(jsonText(baseName(exe)))
    pids.push(pid)
  }
  return `"acmdline":[${commandLines}],"aexe":[${exes}],"aname":[${names}],"apid":[${pids}]`
}

const processText = ({ args, exe, createHigh, createLow, entry, gid, groupName, pid }: Process): string =>
  `"args":${jsonText(args)},"cmdline":${jsonText(ownCommandLine(exe, args))},"createts":${clockDigits(createHigh, createLow)},"entry":${entry},"exe":${jsonText(exe)},"gid":${gid},"group":${jsonText(groupName)},"name":${jsonText(baseName(exe))},"oid":${jsonText(processOid(createHigh, createLow, pid))},"pid":${pid}`

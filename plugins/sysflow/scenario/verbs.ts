// SPDX-License-Identifier: Apache-2.0
import { K8S_ACTIONS, K8S_COMPONENTS } from '../entities/entities.js'
import {
  CONNECT_TARGET,
  COUNT,
  choice,
  DURATION,
  ENDPOINT,
  FLAG,
  flags,
  INT,
  LOCAL_ENDPOINT,
  NAME,
  PATH,
  TEXT,
  type ValueKind,
} from './values.js'

/** Definition of a verb: the kind of its target and of its options. Verbs are documented in docs/scenarios.md. */
export interface VerbDefinition {
  readonly target: ValueKind<unknown>
  readonly options: Readonly<Record<string, ValueKind<unknown>>>
}

/** Numbered as by the collector, not as by the kernel. */
export const OPEN_FLAGS = flags({
  NONE: 0,
  RDONLY: 1,
  WRONLY: 2,
  RDWR: 3,
  CREAT: 4,
  APPEND: 8,
  DSYNC: 16,
  EXCL: 32,
  NONBLOCK: 64,
  SYNC: 128,
  TRUNC: 256,
  DIRECT: 512,
  DIRECTORY: 1024,
  LARGEFILE: 2048,
  CLOEXEC: 4096,
})

export const PROTOCOL = choice({ tcp: 6, udp: 17, icmp: 1, raw: 254 })

/** `pods` means K8S_PODS. Resources are one word, as in Kubernetes, so `replica-sets` is invalid. */
export const COMPONENT = choice(symbolChoices(K8S_COMPONENTS, 'K8S_'))
/** `added` means K8S_COMPONENT_ADDED. */
export const ACTION = choice(symbolChoices(K8S_ACTIONS, 'K8S_COMPONENT_'))

/** Options that apply to any process. */
export const PROCESS_OPTIONS: Readonly<Record<string, ValueKind<unknown>>> = {
  exe: PATH,
  args: TEXT,
  user: NAME,
  container: NAME,
  tty: FLAG,
  entry: FLAG,
  cwd: TEXT,
  env: TEXT,
}

const TIME_OPTIONS = { after: DURATION, at: DURATION }
const ACTOR_OPTIONS = { ...TIME_OPTIONS, by: NAME, thread: COUNT }
const FLOW_OPTIONS = { for: DURATION, fd: INT }
const TRAFFIC_OPTIONS = { received: COUNT, sent: COUNT, receives: COUNT, sends: COUNT }
const FILE_FLOW_OPTIONS = { ...ACTOR_OPTIONS, ...FLOW_OPTIONS, ...TRAFFIC_OPTIONS, flags: OPEN_FLAGS, opened: FLAG, closed: FLAG }
const NETWORK_FLOW_OPTIONS = { ...ACTOR_OPTIONS, ...FLOW_OPTIONS, ...TRAFFIC_OPTIONS, protocol: PROTOCOL, closed: FLAG }
const FILE_EVENT_OPTIONS = { ...ACTOR_OPTIONS, ret: INT }

export const VERBS = {
  spawn: { target: NAME, options: { ...ACTOR_OPTIONS, ...PROCESS_OPTIONS, pid: COUNT } },
  exec: { target: PATH, options: { ...ACTOR_OPTIONS, args: TEXT, cwd: TEXT, env: TEXT, ret: INT } },
  clone: { target: COUNT, options: ACTOR_OPTIONS },
  exit: { target: INT, options: ACTOR_OPTIONS },
  setuid: { target: NAME, options: { ...ACTOR_OPTIONS, ret: INT } },
  open: { target: PATH, options: FILE_FLOW_OPTIONS },
  read: { target: PATH, options: FILE_FLOW_OPTIONS },
  write: { target: PATH, options: FILE_FLOW_OPTIONS },
  mmap: { target: PATH, options: FILE_FLOW_OPTIONS },
  setns: { target: PATH, options: FILE_FLOW_OPTIONS },
  mkdir: { target: PATH, options: FILE_EVENT_OPTIONS },
  rmdir: { target: PATH, options: FILE_EVENT_OPTIONS },
  unlink: { target: PATH, options: FILE_EVENT_OPTIONS },
  rename: { target: PATH, options: { ...FILE_EVENT_OPTIONS, to: PATH } },
  link: { target: PATH, options: { ...FILE_EVENT_OPTIONS, to: PATH } },
  symlink: { target: PATH, options: { ...FILE_EVENT_OPTIONS, to: PATH } },
  connect: { target: CONNECT_TARGET, options: { ...NETWORK_FLOW_OPTIONS, from: LOCAL_ENDPOINT } },
  send: { target: ENDPOINT, options: { ...NETWORK_FLOW_OPTIONS, from: LOCAL_ENDPOINT } },
  accept: { target: ENDPOINT, options: { ...NETWORK_FLOW_OPTIONS, on: LOCAL_ENDPOINT } },
  receive: { target: ENDPOINT, options: { ...NETWORK_FLOW_OPTIONS, on: LOCAL_ENDPOINT } },
  k8s: { target: COMPONENT, options: { ...TIME_OPTIONS, action: ACTION, message: TEXT } },
} as const satisfies Record<string, VerbDefinition>

export type Verb = keyof typeof VERBS
export const VERB_NAMES = Object.keys(VERBS)
export const isVerb = (word: string): word is Verb => Object.hasOwn(VERBS, word)

/** Required options of an event. */
export const REQUIRED_OPTIONS: Partial<Record<Verb, readonly string[]>> = {
  rename: ['to'],
  link: ['to'],
  symlink: ['to'],
  accept: ['on'],
  receive: ['on'],
  k8s: ['action', 'message'],
}

function symbolChoices<T extends string>(symbols: readonly T[], prefix: string): Readonly<Record<string, T>> {
  return Object.fromEntries(symbols.map(symbol => [symbol.slice(prefix.length).toLowerCase(), symbol]))
}

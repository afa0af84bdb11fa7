// SPDX-License-Identifier: Apache-2.0
import { K8S_ACTIONS, K8S_COMPONENTS } from '../entities/entities.js'
import {
  COUNT,
  choice,
  DURATION,
  ENDPOINT,
  FLAG,
  flags,
  INT,
  NAME,
  NEAR_END,
  PATH,
  TARGET,
  TEXT,
  type ValueKind,
} from './values.js'

/** What an event can be: the kind of its target and of its options. One row is one verb, documented in docs/scenarios.md. */
export interface VerbFacts {
  readonly target: ValueKind<unknown>
  readonly options: Readonly<Record<string, ValueKind<unknown>>>
}

/** As the collector numbers them, not as the kernel does. */
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

/** `pods` stands for K8S_PODS, `replica-sets` would not: one word, as Kubernetes writes its resources. */
export const COMPONENT = choice(words(K8S_COMPONENTS, 'K8S_'))
/** `added` stands for K8S_COMPONENT_ADDED. */
export const ACTION = choice(words(K8S_ACTIONS, 'K8S_COMPONENT_'))

/** What one may say of any process. */
export const IDENTITY: Readonly<Record<string, ValueKind<unknown>>> = {
  exe: PATH,
  args: TEXT,
  user: NAME,
  container: NAME,
  tty: FLAG,
  entry: FLAG,
  cwd: TEXT,
  env: TEXT,
}

const WHEN = { after: DURATION, at: DURATION }
const ACTOR = { ...WHEN, by: NAME, thread: COUNT }
const LENGTH = { for: DURATION, fd: INT }
const COUNTERS = { received: COUNT, sent: COUNT, receives: COUNT, sends: COUNT }
const FILE_FLOW = { ...ACTOR, ...LENGTH, ...COUNTERS, flags: OPEN_FLAGS, opened: FLAG, closed: FLAG }
const NETWORK_FLOW = { ...ACTOR, ...LENGTH, ...COUNTERS, protocol: PROTOCOL, closed: FLAG }
const FILE_EVENT = { ...ACTOR, ret: INT }

export const VERBS = {
  spawn: { target: NAME, options: { ...ACTOR, ...IDENTITY, pid: COUNT } },
  exec: { target: PATH, options: { ...ACTOR, args: TEXT, cwd: TEXT, env: TEXT, ret: INT } },
  clone: { target: COUNT, options: ACTOR },
  exit: { target: INT, options: ACTOR },
  setuid: { target: NAME, options: { ...ACTOR, ret: INT } },
  open: { target: PATH, options: FILE_FLOW },
  read: { target: PATH, options: FILE_FLOW },
  write: { target: PATH, options: FILE_FLOW },
  mmap: { target: PATH, options: FILE_FLOW },
  setns: { target: PATH, options: FILE_FLOW },
  mkdir: { target: PATH, options: FILE_EVENT },
  rmdir: { target: PATH, options: FILE_EVENT },
  unlink: { target: PATH, options: FILE_EVENT },
  rename: { target: PATH, options: { ...FILE_EVENT, to: PATH } },
  link: { target: PATH, options: { ...FILE_EVENT, to: PATH } },
  symlink: { target: PATH, options: { ...FILE_EVENT, to: PATH } },
  connect: { target: TARGET, options: { ...NETWORK_FLOW, from: NEAR_END } },
  send: { target: ENDPOINT, options: { ...NETWORK_FLOW, from: NEAR_END } },
  accept: { target: ENDPOINT, options: { ...NETWORK_FLOW, on: NEAR_END } },
  receive: { target: ENDPOINT, options: { ...NETWORK_FLOW, on: NEAR_END } },
  k8s: { target: COMPONENT, options: { ...WHEN, action: ACTION, message: TEXT } },
} as const satisfies Record<string, VerbFacts>

export type Verb = keyof typeof VERBS
export const VERB_NAMES = Object.keys(VERBS)
export const isVerb = (word: string): word is Verb => Object.hasOwn(VERBS, word)

/** Options that the event cannot do without. */
export const NEEDED: Partial<Record<Verb, readonly string[]>> = {
  rename: ['to'],
  link: ['to'],
  symlink: ['to'],
  accept: ['on'],
  receive: ['on'],
  k8s: ['action', 'message'],
}

function words<T extends string>(symbols: readonly T[], prefix: string): Readonly<Record<string, T>> {
  return Object.fromEntries(symbols.map(symbol => [symbol.slice(prefix.length).toLowerCase(), symbol]))
}

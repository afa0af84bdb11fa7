// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import type { Image } from './build-image.js'

export interface ContainerOptions {
  /** Replaces the image's command. */
  readonly args?: readonly string[]
  /** Overrides the image's environment. */
  readonly environment?: Readonly<Record<string, string>>
  /** Path in the container → folder or file of this machine; the file must exist in the image. */
  readonly mounts?: Readonly<Record<string, string>>
  /** Uses the network of this machine; the default is a network of its own with only a loopback interface. */
  readonly hasHostNetwork?: boolean
}

export interface ExitResult {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs an image with the strictest settings of an engine: process 1 of its own process table, the image's user without any
 * capability or the means to gain one, a read-only root file system, no devices except harmless ones.
 */
export class TestContainer {
  readonly ended: Promise<ExitResult>
  readonly #image: Image
  readonly #environment: readonly string[]
  readonly #process: ChildProcess

  constructor(image: Image, { args = [], environment = {}, mounts = {}, hasHostNetwork = false }: ContainerOptions = {}) {
    const imageEnvironment = Object.fromEntries(
      image.config.Env.map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    )
    this.#image = image
    this.#environment = Object.entries({ ...imageEnvironment, ...environment }).map(([name, value]) => `${name}=${value}`)
    const command = [...image.config.Entrypoint, ...(args.length > 0 ? args : (image.config.Cmd ?? []))]
    const environmentCommand = ['env', '-i', ...this.#environment, 'setpriv', '--no-new-privs']
    const chrootCommand = ['chroot', `--userspec=${image.config.User}`, '--groups=', image.root, ...command]
    const namespaceOptions = [
      '--pid',
      '--fork',
      '--kill-child',
      '--mount',
      '--ipc',
      '--uts',
      ...(hasHostNetwork ? [] : ['--net']),
    ]
    this.#process = spawn(
      'unshare',
      [
        ...namespaceOptions,
        'sh',
        '-euc',
        SETUP_SCRIPT,
        'sh',
        image.root,
        Object.entries(mounts)
          .map(([path, from]) => `${from}:${path}`)
          .join(' '),
        ...environmentCommand,
        ...chrootCommand,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    const { stdout, stderr } = this.#process
    const status = new Promise<number | null>((resolve, reject) => this.#process.on('error', reject).on('close', resolve))
    this.ended = Promise.all([status, stdout ? text(stdout) : '', stderr ? text(stderr) : '']).then(
      ([status, stdout, stderr]) => ({ status, stdout, stderr }),
    )
  }

  /** Sends a signal from outside, like an engine: one that process 1 does not handle has no effect. */
  signal(name: 'SIGTERM' | 'SIGHUP'): void {
    process.kill(this.#firstProcess(), name)
  }

  /** Kills the container; has no effect if it has ended. */
  kill(): void {
    if (this.#process.exitCode === null) process.kill(this.#firstProcess(), 'SIGKILL')
  }

  /** Runs a command in the container, as the user of process 1. */
  run(...command: string[]): ExitResult {
    const [user = '', group = user] = this.#image.config.User.split(':')
    const nsenterOptions = [
      '--target',
      String(this.#firstProcess()),
      '--mount',
      '--net',
      '--pid',
      '--root',
      '--wd',
      '--setuid',
      user,
      '--setgid',
      group,
    ]
    return spawnSync('nsenter', [...nsenterOptions, '--', 'env', '-i', ...this.#environment, ...command], { encoding: 'utf8' })
  }

  /** The pid of process 1 outside of the container. */
  #firstProcess(): number {
    const { pid } = this.#process
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
  }
}

/** $1: the image's root, $2: the mounts, followed by the command. */
const SETUP_SCRIPT = `
root=$1 mounts=$2
shift 2
ip link set lo up
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
for device in null zero random urandom; do touch "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
for pair in $mounts; do mount --bind "\${pair%%:*}" "$root\${pair#*:}"; done
mount -o remount,bind,ro "$root"
exec "$@"
`

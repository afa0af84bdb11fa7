// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The parts of an image's configuration that are read. */
export interface ImageConfig {
  readonly User: string
  readonly Env: readonly string[]
  readonly Entrypoint: readonly string[]
  readonly Cmd?: readonly string[] | null
  readonly Volumes: Readonly<Record<string, unknown>>
  readonly StopSignal: string
  readonly Labels: Readonly<Record<string, string>>
  readonly Healthcheck?: { readonly Test: readonly string[] }
}

export interface Image {
  readonly config: ImageConfig
  /** Folder where its file system is mounted. */
  readonly root: string
  readonly bytes: number
}

/** Why an image cannot be built here; undefined if it can. */
export function imageSkipReason(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux can make a root file system'
  const missing = ['buildah', 'debootstrap', 'unshare', 'nsenter', 'setpriv', 'ip'].filter(name => !isInstalled(name))
  return missing.length === 0 ? undefined : `not installed: ${missing.join(', ')}`
}

const isInstalled = (name: string): boolean => (process.env.PATH ?? '').split(':').some(folder => existsSync(join(folder, name)))

/**
 * Builds the Dockerfile of `context` without a Docker engine and without an image registry: the base is built from the
 * distribution's packages, and node with npm are those that run this script. All files are in `folder`.
 */
export function buildImage(context: string, folder: string, version: string): Image {
  const buildah = (...args: string[]): string =>
    output('buildah', '--root', join(folder, 'store'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs', ...args)

  const base = buildah('from', 'scratch')
  const system = join(folder, 'system')
  bootstrap(system)
  buildah('add', '--quiet', base, system, '/')
  buildah('commit', '--quiet', base, 'localhost/base')
  addNode(buildah('mount', base))
  buildah('commit', '--quiet', base, 'localhost/node')

  const secrets = writeSecrets(folder)
  buildah(
    ...['bud', '--isolation', 'chroot', '--format', 'docker', '--tag', 'localhost/sfprocessor'],
    ...secrets.flatMap(({ id, file }) => ['--secret', `id=${id},src=${file}`]),
    ...['BASE_IMAGE=localhost/base', 'NODE_IMAGE=localhost/node', `VERSION=${version}`].flatMap(arg => ['--build-arg', arg]),
    context,
  )
  const facts = JSON.parse(buildah('inspect', '--type', 'image', 'localhost/sfprocessor')) as { Docker: { config: ImageConfig } }
  const { size } = JSON.parse(buildah('images', '--json', 'localhost/sfprocessor'))[0] as { size: string }
  const root = buildah('mount', buildah('from', 'localhost/sfprocessor'))
  return { config: facts.Docker.config, root, bytes: bytesOf(size) }
}

/** The smallest system of this machine's release, without documentation. */
function bootstrap(system: string): void {
  const release = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'stable'
  const [mirror = ''] = output(
    'apt-get',
    'indextargets',
    '--format',
    '$(REPO_URI)',
    'Created-By: Packages',
    `Release: ${release}`,
  ).split('\n')
  output('debootstrap', '--variant=minbase', release, system, ...(mirror === '' ? [] : [mirror]))
  for (const path of ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc', 'usr/share/man', 'usr/share/locale']) {
    rmSync(join(system, path), { recursive: true, force: true })
  }
}

function addNode(root: string): void {
  const npm = join(output('npm', 'root', '-g'), 'npm')
  mkdirSync(join(root, 'usr/local/lib/node_modules'), { recursive: true })
  cpSync(process.execPath, join(root, 'usr/local/bin/node'))
  cpSync(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true })
  for (const name of ['npm', 'npx']) symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, 'usr/local/bin', name))
}

/** This machine's access to its package registry; the image contains none of it. */
function writeSecrets(folder: string): { id: string; file: string }[] {
  const npmrc = join(folder, 'npmrc')
  const lines = ['registry', 'proxy', 'https-proxy', 'noproxy', 'replace-registry-host']
    .map(key => ({ key, value: output('npm', 'config', 'get', key) }))
    .filter(({ value }) => !['', 'null', 'undefined'].includes(value))
    .map(({ key, value }) => `${key}=${value}`)
  const authorities = output('npm', 'config', 'get', 'cafile')
  const secrets = [{ id: 'npmrc', file: npmrc }]
  if (existsSync(authorities)) {
    lines.push('cafile=/run/secrets/npm-ca')
    secrets.push({ id: 'npm-ca', file: authorities })
  }
  writeFileSync(npmrc, `${lines.join('\n')}\n`, { mode: 0o600 })
  return secrets
}

/** A size in the format of buildah, such as `199 MB`. */
function bytesOf(size: string): number {
  const [, figure = '', unit = ''] = /^([\d.]+) (\w+)$/.exec(size) ?? []
  return Number(figure) * ({ KB: 1e3, MB: 1e6, GB: 1e9 }[unit] ?? Number.NaN)
}

/** The output of a program, trimmed. If it fails, throws with the end of its output. */
function output(program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (error) throw error
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ends with ${status}:\n${`${stdout}${stderr}`.slice(-4000)}`)
  return stdout.trim()
}

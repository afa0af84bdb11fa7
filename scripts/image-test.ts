// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { packageVersion } from '../driver/process/package.js'
import { buildImage, type Image, imageSkipReason } from './image/build-image.js'
import { type ContainerOptions, type ExitResult, TestContainer } from './image/test-container.js'

/** `make image-test`: builds the container image without a container engine, and runs its content. */
const MAX_IMAGE_BYTES = 260e6
const TRACE = resolve('resources/traces/webshell.sf')
const MAIN = resolve('dist/bundle/main.js')
const INSTALL_FOLDER = '/usr/local/sysflow'

const folder = mkdtempSync(join(tmpdir(), 'image-'))
after(() => rmSync(folder, { recursive: true }))

const skipReason = imageSkipReason()

describe('the container image', { skip: skipReason === undefined ? false : `the image is not tested: ${skipReason}` }, () => {
  let image: Image
  before(() => {
    image = buildImage(resolve('.'), folder, packageVersion())
    process.stderr.write(
      `image: ${(image.bytes / 1e6).toFixed(0)} MB, ${(bytesOf(INSTALL_FOLDER) / 1e6).toFixed(0)} MB of them the program\n`,
    )
  })

  /** A check that hangs fails; its container is killed afterwards. */
  const check = (name: string, run: () => void | Promise<void>): Promise<void> => test(name, { timeout: 60_000 }, run)

  const containers: TestContainer[] = []
  const startContainer = (options?: ContainerOptions): TestContainer => {
    const container = new TestContainer(image, options)
    containers.push(container)
    return container
  }
  afterEach(() => {
    for (const container of containers.splice(0)) container.kill()
  })

  /** The size of a folder in the image. */
  const bytesOf = (path: string): number =>
    readdirSync(join(image.root, path), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)

  const withTrace = (environment: Record<string, string>, mounts: Record<string, string> = {}): TestContainer =>
    startContainer({
      environment: { DRIVER: 'file', INPUT_PATH: '/sock', ...environment },
      mounts: { '/sock': resolve('resources/traces'), ...mounts },
    })

  /** A folder that the image's user owns. */
  function createFolder(name: string): string {
    const path = join(folder, name)
    mkdirSync(path, { mode: 0o700 })
    chownSync(path, 1001, 1001)
    return path
  }

  check('has the paths, environment, user and volume that are promised', () => {
    const { config } = image
    assert.deepEqual(config.Entrypoint, [`${INSTALL_FOLDER}/bin/entrypoint`])
    assert.equal(config.User, '1001:1001')
    assert.equal(config.StopSignal, 'SIGTERM')
    assert.deepEqual(Object.keys(config.Volumes), ['/sock'])
    for (const line of ENVIRONMENT) assert.ok(config.Env.includes(line), line)
    const folders = ['plugins', 'drivers', 'handlers', 'actions'].map(name => join('resources', name))
    for (const path of ['bin/sfprocessor', 'conf/pipeline.json', ...folders]) {
      assert.ok(existsSync(join(image.root, INSTALL_FOLDER, path)), path)
    }
    assert.deepEqual(readdirSync(join(image.root, INSTALL_FOLDER, 'resources/policies')), readdirSync('policies/distribution'))
    assert.match(readFileSync(join(image.root, 'etc/passwd'), 'utf8'), /^sysflow:x:1001:1001:/m)
    assert.equal(config.Labels['org.opencontainers.image.version'], packageVersion())
  })

  check('holds neither npm nor a compiler, nothing that grants rights, and no file that its user could change', () => {
    assert.deepEqual(found('-name', 'npm', '-o', '-name', 'typescript', '-o', '-name', 'npmrc', '-o', '-name', 'npm-ca'), [])
    assert.deepEqual(found('-type', 'f', '-perm', '/6000'), [])
    assert.deepEqual(found('-user', '1001').sort(), ['/sock', '/var/lib/sfprocessor'])
    assert.deepEqual(found('-type', 'f', '-perm', '/o+w'), [])
  })

  const found = (...what: string[]): string[] =>
    execFileSync('find', [image.root, '-xdev', '(', ...what, ')', '-print'], { encoding: 'utf8' })
      .split('\n')
      .filter(path => path !== '')
      .map(path => path.slice(image.root.length))

  check('holds every client that a driver or target may ask for', () => {
    const { dependencies, optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
    for (const name of [...Object.keys(dependencies), ...Object.keys(optionalDependencies)]) {
      assert.ok(existsSync(join(image.root, INSTALL_FOLDER, 'lib/sfprocessor/node_modules', name)), name)
    }
  })

  check(`is smaller than ${MAX_IMAGE_BYTES / 1e6} MB`, () => {
    assert.ok(image.bytes < MAX_IMAGE_BYTES, `${image.bytes} bytes`)
  })

  check('says its version', async () => {
    const { status, stdout } = await startContainer({ args: ['-version'] }).ended
    assert.equal(status, 0)
    assert.match(stdout, new RegExp(`^Version: ${packageVersion().replaceAll('.', '\\.')}\\+`))
  })

  check('reads a mounted trace as the program does outside, byte for byte', async () => {
    const { status, stdout, stderr } = await withTrace({ POLICYENGINE_POLICIES: 'policies/attack' }).ended
    assert.equal(status, 0, stderr)
    const localRun = execFileSync(process.execPath, [MAIN, '-quiet', '-config', 'resources/pipelines/default.json', TRACE], {
      encoding: 'utf8',
    })
    assert.equal(stdout, localRun)
    assert.equal(stdout.trimEnd().split('\n').length, 19)
  })

  check('loads the distribution rules by default', async () => {
    const { status, stderr } = await withTrace({ EXPORTER_EXPORT: 'null' }).ended
    assert.equal(status, 0, stderr)
    assert.match(stderr, new RegExp(`of ${rulesIn('policies/distribution/telemetry.yaml')} rules`))
  })

  check('writes to a mounted file when the environment says so, as its own user', async () => {
    const out = createFolder('out')
    const environment = {
      POLICYENGINE_POLICIES: 'policies/attack',
      EXPORTER_EXPORT: 'file',
      EXPORTER_FILE_PATH: '/var/lib/sfprocessor/alerts.json',
    }
    const { status, stdout, stderr } = await withTrace(environment, { '/var/lib/sfprocessor': out }).ended
    assert.equal(status, 0, stderr)
    assert.equal(stdout, '')
    assert.equal(readFileSync(join(out, 'alerts.json'), 'utf8').trimEnd().split('\n').length, 19)
    assert.equal(statSync(join(out, 'alerts.json')).uid, 1001)
  })

  check('leaves options out whose variables are empty', async () => {
    const { status, stdout } = await withTrace({ CONFIG_PATH: '', LOG_LEVEL: '', DRIVER_DIR: '', PLUGIN_DIR: '' }).ended
    assert.equal(status, 0)
    // Without -config, the shipped pipeline and its rules are used.
    assert.equal(stdout.trimEnd().split('\n').length, 19)
  })

  check('a variable with blanks stays one argument', async () => {
    const { status, stderr } = await withTrace({ CONFIG_PATH: '/no such file -test' }).ended
    assert.equal(status, 1)
    assert.match(stderr, /\/no such file -test/)
  })

  check('waits at its socket as process 1 without any right, and ends at SIGTERM with 0 and without the socket', async () => {
    const sock = createFolder('waits')
    const container = startContainer({ mounts: { '/sock': sock } })
    await until(() => existsSync(join(sock, 'sysflow.sock')), container)
    const status = container.run('cat', '/proc/1/status').stdout
    assert.match(status, /^Uid:\t1001\t1001\t1001\t1001$/m)
    assert.match(status, /^CapEff:\t0+$/m)
    assert.match(status, /^NoNewPrivs:\t1$/m)
    assert.match(container.run('cat', '/proc/1/cmdline').stdout, /^node\0/)
    const [kind, ...check] = image.config.Healthcheck?.Test ?? []
    assert.equal(kind, 'CMD')
    assert.deepEqual(outcome(container.run(...check)), [0, 'ok\n', ''])
    assert.deepEqual(outcome(container.run(...check, '-ready')), [0, 'ready\n', ''])
    container.signal('SIGTERM')
    assert.equal((await container.ended).status, 0)
    assert.deepEqual(readdirSync(sock), [])
  })

  check('alerts on what is replayed into its socket', async () => {
    const sock = createFolder('replayed')
    const container = startContainer({
      environment: { POLICYENGINE_POLICIES: 'policies/attack' },
      mounts: { '/sock': sock },
    })
    const socket = join(sock, 'sysflow.sock')
    await until(() => existsSync(socket), container)
    execFileSync(process.execPath, [MAIN, 'replay', '-to', socket, TRACE], { stdio: 'pipe' })
    container.signal('SIGTERM')
    const { status, stdout } = await container.ended
    assert.equal(status, 0)
    assert.equal(stdout.trimEnd().split('\n').length, 19)
  })

  check('shows itself on the loopback of the container', async () => {
    const sock = createFolder('shows')
    const container = startContainer({ mounts: { '/sock': sock } })
    await until(() => existsSync(join(sock, 'sysflow.sock')), container)
    const ask =
      "fetch('http://127.0.0.1:9464/pipeline', { headers: { accept: 'text/html' } }).then(async page => console.log(page.status, await page.text()))"
    assert.match(container.run('node', '-e', ask).stdout, /^200 <!doctype html>/i)
  })

  check('exits with 0 and consistent record counts if SIGTERM arrives under load', async () => {
    const sock = createFolder('poured')
    const environment = {
      POLICYENGINE_POLICIES: 'policies/attack',
      EXPORTER_EXPORT: 'file',
      EXPORTER_FILE_PATH: '/var/lib/sfprocessor/alerts.json',
    }
    const out = createFolder('poured-out')
    const container = startContainer({ environment, mounts: { '/sock': sock, '/var/lib/sfprocessor': out } })
    const socket = join(sock, 'sysflow.sock')
    await until(() => existsSync(socket), container)
    const sender = spawn(process.execPath, [MAIN, 'replay', '-to', socket, '-repeat', '1000000', TRACE], { stdio: 'ignore' })
    const alerts = join(out, 'alerts.json')
    await until(() => existsSync(alerts) && statSync(alerts).size > 1_000_000, container)
    container.signal('SIGTERM')
    const { status, stderr } = await container.ended
    sender.kill()
    assert.equal(status, 0, stderr)
    const written = readFileSync(alerts, 'utf8')
    assert.ok(written.endsWith('}\n'))
    assert.match(
      stderr,
      new RegExp(`^exporter +${written.split('\n').length - 1} in, ${written.split('\n').length - 1} out`, 'm'),
    )
  })

  check('sends by syslog when the environment says so; what the server missed outlives the container', async () => {
    const state = createFolder('state')
    const port = await freePort()
    const environment = {
      POLICYENGINE_POLICIES: 'policies/attack',
      EXPORTER_EXPORT: 'syslog',
      EXPORTER_SYSLOG_HOST: '127.0.0.1',
      EXPORTER_SYSLOG_PORT: String(port),
      EXPORTER_SPOOL_PATH: '/var/lib/sfprocessor/spool',
      EXPORTER_SPOOL_DRAIN: '0',
      ADMIN_PORT: '0',
    }
    const first = startContainer({
      hasHostNetwork: true,
      environment: { ...environment, DRIVER: 'file', INPUT_PATH: '/sock' },
      mounts: { '/sock': resolve('resources/traces'), '/var/lib/sfprocessor': state },
    })
    assert.equal((await first.ended).status, 0, (await first.ended).stderr)

    let received = ''
    const server = createServer(connection => connection.setEncoding('utf8').on('data', text => (received += text)))
    await new Promise<void>(listening => server.listen(port, '127.0.0.1', listening))
    try {
      const mounts = { '/sock': createFolder('second'), '/var/lib/sfprocessor': state }
      const second = startContainer({ hasHostNetwork: true, environment: { ...environment, EXPORTER_SPOOL_DRAIN: '3' }, mounts })
      await until(() => received.split('\n').length > 19, second)
      second.signal('SIGTERM')
      assert.equal((await second.ended).status, 0, (await second.ended).stderr)
      const messages = received.split('\n').slice(0, -1)
      assert.equal(messages.length, 19)
      for (const message of messages) assert.match(message, /^<25>1 \S+ \S+ sfprocessor 1 sysflow - \{.*\}$/)
    } finally {
      server.close()
    }
  })

  /** Waits until a condition on a container is true; fails with the container's output if it ends before. */
  async function until(condition: () => boolean, container: TestContainer): Promise<void> {
    let ended = false
    container.ended.then(() => {
      ended = true
    })
    while (!condition()) {
      if (ended) assert.fail((await container.ended).stderr)
      await pause(20)
    }
  }
})

const outcome = ({ status, stdout, stderr }: ExitResult): unknown[] => [status, stdout, stderr]

const ENVIRONMENT = [
  'INPUT_PATH=/sock/sysflow.sock',
  'DRIVER=socket',
  `DRIVER_DIR=${INSTALL_FOLDER}/resources/drivers`,
  `PLUGIN_DIR=${INSTALL_FOLDER}/resources/plugins`,
  'LOG_LEVEL=info',
  `CONFIG_PATH=${INSTALL_FOLDER}/conf/pipeline.json`,
]

/** A port on which nothing listens, unless another process takes it in the meantime. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  await new Promise(closed => server.close(closed))
  return port
}

const rulesIn = (path: string): number => [...readFileSync(path, 'utf8').matchAll(/^- rule:/gm)].length

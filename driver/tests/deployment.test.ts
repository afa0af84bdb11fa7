// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parse, parseAllDocuments } from 'yaml'
import { withoutRsyslog } from '../../core/exporter/testing/rsyslog.js'
import { loadPolicies } from '../../core/policy/language/load.js'
import { SYSFLOW_ATTRIBUTES } from '../../plugins/sysflow/attributes/attributes.js'
import { SYSFLOW_ADAPTER } from '../../plugins/sysflow/attributes/sysflow-adapter.js'
import { readArguments } from '../cli/command-line-options.js'
import { prepareToInspect } from '../pipeline/prepare.js'
import type { ProcessContext } from '../process/process-context.js'

/** Dockerfile, docker-compose.yml and deploy/ agree with the program. `make image-test` tests the image itself. */
const folder = mkdtempSync(join(tmpdir(), 'deployment-'))
after(() => rmSync(folder, { recursive: true }))

const MAIN = ['../main.js', '../main.ts'].map(name => fileURLToPath(new URL(name, import.meta.url))).find(existsSync) ?? ''
const FLAGS = process.execArgv.filter(flag => !flag.startsWith('--test'))

type Tree = Readonly<Record<string, unknown>>
const tree = (value: unknown): Tree => (typeof value === 'object' && value !== null ? (value as Tree) : {})
const trees = (value: unknown): readonly Tree[] => (Array.isArray(value) ? value.map(tree) : [])
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [])

/** The warnings when the program reads a pipeline with these variables; throws its errors. */
async function warningsOf(config: string, environment: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const request = readArguments(['-test', '-config', config])
  assert.equal(request.kind, 'run')
  const never = new AbortController().signal
  const processContext: ProcessContext = {
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    environment,
    directory: folder,
    stop: never,
    abort: never,
  }
  return (await prepareToInspect(request.settings, processContext)).warnings.map(({ message }) => message)
}

// ---- the image ------------------------------------------------------------------------------------------------------------

/** Runs the image's entrypoint with a program that prints its arguments. */
function argumentsGiven(environment: Readonly<Record<string, string>>, ...args: string[]): string[] {
  const program = join(folder, 'program')
  writeFileSync(program, '#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word"; done\n', { mode: 0o755 })
  const entrypoint = join(folder, 'entrypoint')
  writeFileSync(entrypoint, readFileSync('deploy/entrypoint', 'utf8').replace('/usr/local/sysflow/bin/sfprocessor', program))
  const { status, stdout, stderr } = spawnSync('sh', [entrypoint, ...args], { encoding: 'utf8', env: environment })
  assert.equal(status, 0, stderr)
  return stdout.split('\n').slice(0, -1)
}

const OF_IMAGE = {
  INPUT_PATH: '/sock/sysflow.sock',
  DRIVER: 'socket',
  DRIVER_DIR: '/usr/local/sysflow/resources/drivers',
  PLUGIN_DIR: '/usr/local/sysflow/resources/plugins',
  LOG_LEVEL: 'info',
  CONFIG_PATH: '/usr/local/sysflow/conf/pipeline.json',
}

test('the image has the variables of the original, and its command line uses them', () => {
  const dockerfile = readFileSync('Dockerfile', 'utf8')
  for (const [name, value] of Object.entries(OF_IMAGE)) assert.match(dockerfile, new RegExp(`^ +${name}=${value}( \\\\)?$`, 'm'))
  const request = readArguments(argumentsGiven(OF_IMAGE))
  assert.equal(request.kind, 'run')
  const { log, driver, driverDirectory, pluginDirectory, config, paths } = request.settings
  assert.deepEqual(
    {
      LOG_LEVEL: log,
      DRIVER: driver,
      DRIVER_DIR: driverDirectory,
      PLUGIN_DIR: pluginDirectory,
      CONFIG_PATH: config,
      INPUT_PATH: paths.join(),
    },
    OF_IMAGE,
  )
})

test('an empty or missing variable gives no option, one with spaces and asterisks stays one word', () => {
  assert.deepEqual(argumentsGiven({}), [])
  assert.deepEqual(argumentsGiven({ ...OF_IMAGE, CONFIG_PATH: '', DRIVER_DIR: '', PLUGIN_DIR: '' }), [
    ...['-log', 'info', '-driver', 'socket', '/sock/sysflow.sock'],
  ])
  assert.deepEqual(argumentsGiven({ CONFIG_PATH: 'a b', INPUT_PATH: '/ * $HOME' }), ['-config', 'a b', '/ * $HOME'])
})

test('arguments of the container are arguments of the program', () => {
  assert.deepEqual(argumentsGiven(OF_IMAGE, 'config', '-json'), ['config', '-json'])
})

test('the image does not run as root, sets its stop signal, and has a health check with an existing command', () => {
  const [, runtime = ''] = readFileSync('Dockerfile', 'utf8').split(/^FROM \$\{BASE_IMAGE\}$/m)
  assert.match(runtime, /^USER 1001:1001$/m)
  assert.match(runtime, /^STOPSIGNAL SIGTERM$/m)
  assert.match(runtime, /^VOLUME \/sock$/m)
  assertHealthCommand(JSON.parse(/^HEALTHCHECK .*CMD (\[.*\])$/m.exec(runtime)?.[1] ?? '[]'))
})

function assertHealthCommand([program, ...args]: readonly string[]): void {
  assert.equal(program, 'sfprocessor')
  const request = readArguments(args)
  assert.equal(request.kind, 'command')
  assert.equal(request.command.name, 'health')
}

// ---- compose --------------------------------------------------------------------------------------------------------------

const COMPOSE = tree(parse(readFileSync('docker-compose.yml', 'utf8')))
const SERVICES = Object.entries(tree(COMPOSE.services)).map(
  ([name, service]) => ({ name, ...tree(service) }) as Tree & { name: string },
)
const ALERTING = Object.fromEntries(
  Object.entries(tree(tree(tree(COMPOSE.services).sfprocessor).environment)).map(([name, value]) => [name, String(value)]),
)

test('every variable of the compose file sets something', async () => {
  assert.deepEqual(await warningsOf(resolve('resources/pipelines/default.json'), ALERTING), [])
  const unused = Object.keys(ALERTING).filter(name => !(name in OF_IMAGE) && !/^(EXPORTER|POLICYENGINE)_/.test(name))
  assert.deepEqual(unused, [])
  await assertMisspelt({ ...ALERTING, EXPORTER_SYSLOG_HOTS: 'x' })
})

async function assertMisspelt(environment: Readonly<Record<string, string>>): Promise<void> {
  assert.equal((await warningsOf(resolve('resources/pipelines/default.json'), environment)).length, 1)
}

test('no service of the compose file has privileges, a writable root or a port of the host', () => {
  assert.deepEqual(
    SERVICES.map(({ name }) => name),
    ['sfprocessor', 'rsyslog'],
  )
  for (const service of SERVICES) {
    assert.equal(service.read_only, true, service.name)
    assert.deepEqual(service.cap_drop, ['ALL'], service.name)
    assert.deepEqual(service.security_opt, ['no-new-privileges:true'], service.name)
    for (const key of ['ports', 'privileged', 'network_mode', 'pid', 'devices', 'user'])
      assert.ok(!(key in service), `${service.name}: ${key}`)
    for (const network of texts(service.networks)) assert.equal(tree(tree(COMPOSE.networks)[network]).internal, true, network)
  }
})

test('files that the compose file mounts and builds exist', () => {
  const named = Object.keys(tree(COMPOSE.volumes))
  for (const { name, volumes, build } of SERVICES) {
    assert.ok(existsSync(join(String(build), 'Dockerfile')), name)
    for (const [source = ''] of texts(volumes).map(volume => volume.split(':'))) {
      assert.ok(source.startsWith('.') ? existsSync(source) : named.includes(source), source)
    }
  }
})

test('alerts reach rsyslog with the setup of the compose file', { skip: withoutRsyslog }, async () => {
  const portFile = join(folder, 'port')
  const received = join(folder, 'received')
  const conf = join(folder, 'rsyslog.conf')
  const shipped = readFileSync('deploy/rsyslog/rsyslog.conf', 'utf8')
  const ours = shipped
    .replace('type="imtcp" port="1514"', `type="imtcp" address="127.0.0.1" port="0" listenPortFileName="${portFile}"`)
    .replace(/^input\(type="imudp".*$/m, '')
    .replace('/dev/stdout', received)
  assert.match(shipped, new RegExp(`port="${ALERTING.EXPORTER_SYSLOG_PORT}"`))
  writeFileSync(conf, ours)
  assert.equal(spawnSync('rsyslogd', ['-N1', '-f', 'deploy/rsyslog/rsyslog.conf']).status, 0)
  const server = spawn('rsyslogd', ['-n', '-i', 'NONE', '-f', conf], { stdio: 'ignore' })
  try {
    const lines = (file: string): string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [])
    await until(() => existsSync(portFile) && readFileSync(portFile, 'utf8') !== '')
    const { status, stderr } = spawnSync(
      process.execPath,
      [...FLAGS, MAIN, '-config', 'resources/pipelines/default.json', 'resources/traces/webshell.sf'],
      {
        encoding: 'utf8',
        env: {
          PATH: process.env.PATH ?? '',
          ...ALERTING,
          EXPORTER_SPOOL_PATH: join(folder, 'spool'),
          EXPORTER_SYSLOG_HOST: '127.0.0.1',
          EXPORTER_SYSLOG_PORT: readFileSync(portFile, 'utf8').trim(),
        },
      },
    )
    assert.equal(status, 0, stderr)
    await until(() => lines(received).length >= 19)
    assert.equal(lines(received).length, 19)
    for (const line of lines(received)) assert.match(line, /^\d{4}-\S+ \S+ sfprocessor \{"version":5,.*\}$/)
  } finally {
    server.kill()
  }
})

test('every stop timeout is longer than the drain time', () => {
  const request = readArguments(['trace.sf'])
  assert.equal(request.kind, 'run')
  for (const seconds of [
    Number.parseInt(String(tree(tree(COMPOSE.services).sfprocessor).stop_grace_period), 10),
    Number(said('TimeoutStopSec')[0]),
    Number(POD.terminationGracePeriodSeconds),
  ]) {
    assert.ok(seconds > request.settings.drainSeconds, String(seconds))
  }
})

async function until(isSo: () => boolean): Promise<void> {
  for (const begin = Date.now(); !isSo(); await pause(20)) assert.ok(Date.now() - begin < 60_000, 'it did not happen')
}

// ---- systemd --------------------------------------------------------------------------------------------------------------

const UNIT_FILE = 'deploy/systemd/sysflow-processor.service'
const UNIT = [...readFileSync(UNIT_FILE, 'utf8').matchAll(/^(\w+)=(.*)$/gm)].map(([, key = '', value = '']) => ({ key, value }))
const said = (key: string): string[] => UNIT.filter(line => line.key === key).map(({ value }) => value)
const UNIT_ENVIRONMENT = Object.fromEntries(
  [...readFileSync('deploy/systemd/sysflow.env', 'utf8').matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [
    name,
    value,
  ]),
)

test('the command of the service is valid, and its variables are in the file beside it', () => {
  const [program, ...words] = (said('ExecStart')[0] ?? '').split(' ')
  assert.equal(program, '/usr/bin/sfprocessor')
  const args = words.map(word => word.replace(/\$\{(\w+)\}/g, (_, name) => UNIT_ENVIRONMENT[name] ?? assert.fail(name)))
  const request = readArguments(args)
  assert.equal(request.kind, 'run')
  const { log, driver, config, paths } = request.settings
  assert.deepEqual({ log, driver, paths }, { log: 'error', driver: 'socket', paths: [UNIT_ENVIRONMENT.SOCKET] })
  assert.ok(existsSync(join('resources/pipelines', basename(config ?? ''))), config)
  assert.ok(UNIT_ENVIRONMENT.SOCKET?.startsWith(`/run/${said('RuntimeDirectory')[0]}/`))
})

test('the service is stopped before it is killed, restarted after a failure, and can change only its own files', () => {
  const expected = {
    KillSignal: 'SIGTERM',
    Restart: 'on-failure',
    RestartSec: '15',
    UMask: '0077',
    NoNewPrivileges: 'yes',
    ProtectSystem: 'strict',
    ProtectHome: 'yes',
    PrivateTmp: 'yes',
    PrivateDevices: 'yes',
    DynamicUser: 'yes',
    CapabilityBoundingSet: '',
    PartOf: 'sysflow.service',
  }
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map(key => [key, said(key).join()])), expected)
})

const withoutSystemd = spawnSync('systemd-analyze', ['--version']).status === 0 ? false : 'no systemd-analyze on this machine'

test('systemd reports no error in the service', { skip: withoutSystemd }, () => {
  const copy = join(folder, basename(UNIT_FILE))
  writeFileSync(copy, readFileSync(UNIT_FILE, 'utf8').replaceAll('/usr/bin/sfprocessor', process.execPath))
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', copy], { encoding: 'utf8' })
  assert.deepEqual([status, stderr.split('\n').filter(line => line.includes(basename(copy)))], [0, []])
})

// ---- Kubernetes -----------------------------------------------------------------------------------------------------------

const OBJECTS = parseAllDocuments(readFileSync('deploy/kubernetes/sfprocessor.yaml', 'utf8')).map(document => {
  assert.deepEqual([...document.errors, ...document.warnings], [])
  return tree(document.toJS())
})
const named = (kind: string, name: string): Tree => {
  const found = OBJECTS.find(object => object.kind === kind && tree(object.metadata).name === name)
  return found ?? assert.fail(`${kind} ${name} is missing`)
}
const POD = tree(tree(tree(named('DaemonSet', 'sfprocessor').spec).template).spec)
const [OWNER = {}] = trees(POD.initContainers)
const [PROCESSOR = {}] = trees(POD.containers)

test('the pod has no account, no host network, and a system call filter', () => {
  assert.equal(POD.automountServiceAccountToken, false)
  assert.deepEqual(tree(POD.securityContext).seccompProfile, { type: 'RuntimeDefault' })
  for (const key of ['hostNetwork', 'hostPID', 'hostIPC']) assert.ok(!(key in POD), key)
})

test('every container of the pod has limits, a read-only root, and only the listed capabilities', () => {
  for (const container of [OWNER, PROCESSOR]) {
    const rights = tree(container.securityContext)
    assert.equal(rights.readOnlyRootFilesystem, true)
    assert.equal(rights.allowPrivilegeEscalation, false)
    assert.deepEqual(tree(rights.capabilities).drop, ['ALL'])
    for (const key of ['cpu', 'memory']) assert.ok(key in tree(tree(container.resources).limits), key)
  }
  assert.deepEqual(tree(tree(OWNER.securityContext).capabilities).add, ['CHOWN'])
  assert.deepEqual(OWNER.command, ['chown', '1001:1001', '/sock', '/var/lib/sfprocessor'])
  const { runAsNonRoot, runAsUser, runAsGroup, privileged, capabilities } = tree(PROCESSOR.securityContext)
  assert.deepEqual([runAsNonRoot, runAsUser, runAsGroup, privileged], [true, 1001, 1001, false])
  assert.ok(!('add' in tree(capabilities)))
})

test('the probes of the pod are commands of the program', () => {
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
    assertHealthCommand(texts(tree(tree(PROCESSOR[probe]).exec).command))
  }
})

test('files that the installation copies are part of the image context, or excluded where they are not', () => {
  const context = readFileSync('.dockerignore', 'utf8').split('\n')
  const copied = [...readFileSync('scripts/install.sh', 'utf8').matchAll(/^cp (?:-\w+ )?"?([\w-]+)[/ ]/gm)].map(([, top]) => top)
  assert.ok(copied.includes('resources'))
  for (const top of copied) {
    if (top?.startsWith('package')) continue
    assert.ok(context.includes(`!${top}`), `${top}/ is copied without a condition, and .dockerignore leaves it out`)
  }
})

test('files that the pod mounts exist, and the pipeline is where the variable says', () => {
  const volumes = trees(POD.volumes)
  for (const { name, mountPath } of [OWNER, PROCESSOR].flatMap(container => trees(container.volumeMounts))) {
    const volume = volumes.find(candidate => candidate.name === name) ?? assert.fail(String(name))
    if (volume.configMap === undefined) continue
    const files = Object.keys(tree(named('ConfigMap', String(tree(volume.configMap).name)).data))
    const variable = trees(PROCESSOR.env).find(({ value }) => String(value).startsWith(`${mountPath}/`))
    if (variable) assert.equal(variable.value, `${mountPath}/${files[0]}`)
  }
})

test('every variable of the pod sets something', async () => {
  const environment = Object.fromEntries(trees(PROCESSOR.env).map(({ name, value }) => [String(name), String(value)]))
  for (const name of Object.keys(environment)) assert.ok(name in OF_IMAGE || name === 'CLUSTER_ID', name)
})

test('the pipeline of the manifest is valid, and its rules load without a warning', async () => {
  const file = join(folder, 'pipeline.json')
  const rules = join(folder, 'rules.yaml')
  const pipeline = String(tree(named('ConfigMap', 'sfprocessor-pipeline').data)['pipeline.json'])
  assert.match(
    pipeline,
    new RegExp(`"policies": "${trees(PROCESSOR.volumeMounts).find(({ name }) => name === 'policies')?.mountPath}"`),
  )
  writeFileSync(file, pipeline)
  writeFileSync(rules, String(tree(named('ConfigMap', 'sfprocessor-policies').data)['rules.yaml']))
  assert.deepEqual(await warningsOf(file, { POLICYENGINE_POLICIES: rules }), [])
  assert.deepEqual(loadPolicies([rules], SYSFLOW_ATTRIBUTES, SYSFLOW_ADAPTER.recordTypes).warnings, [])
})

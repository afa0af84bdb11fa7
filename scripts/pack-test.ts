// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { PLUGIN_KINDS, type PluginKind } from '../core/contract/plugin.js'
import { brokenLinks } from './pack/broken-links.js'
import { installNode } from './pack/other-node.js'

/**
 * Uses the package like a new user: installs it in an empty folder, runs the demo, creates a plugin of each kind, compiles, tests
 * and runs it. Must run from the built repository; takes about half a minute.
 */

const REPOSITORY = process.cwd()
const folder = mkdtempSync(join(tmpdir(), 'pack-test-'))

function pack(): string {
  const report: unknown = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], REPOSITORY))
  const [{ filename, size, unpackedSize, entryCount }] = report as [
    Record<'filename' | 'size' | 'unpackedSize' | 'entryCount', unknown>,
  ]
  log(`${filename}: ${kilobytes(size)} kB packed, ${kilobytes(unpackedSize)} kB unpacked, ${entryCount} files`)
  return join(folder, String(filename))
}

const kilobytes = (bytes: unknown): number => Math.round(Number(bytes) / 1000)

/** Packages come from the cache of npm, else from the repository: no network is needed. */
function install(tarball: string): void {
  const installed = spawnSync('npm', ['install', '--offline', '--no-audit', '--no-fund', '--omit=optional', tarball], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 120_000,
  })
  if (installed.status === 0) log('npm install --offline installed it from the cache')
  else {
    log('npm install --offline has not all packages: those of the repository are linked instead')
    rmSync(join(folder, 'node_modules'), { recursive: true, force: true })
    const target = join(folder, 'node_modules', 'sfprocessor')
    mkdirSync(target, { recursive: true })
    run('tar', ['-xzf', tarball, '--strip-components=1', '-C', target], folder)
    mkdirSync(join(folder, 'node_modules', '.bin'))
    symlinkSync(join(target, 'dist/bundle/main.js'), join(folder, 'node_modules/.bin/sfprocessor'))
  }
  linkMissing(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'))
}

/** Links the compiler too, which stands for one that is installed in a parent folder. */
function linkMissing(from: string, to: string): void {
  for (const name of readdirSync(from)) {
    if (name === '.bin' || name.startsWith('@')) {
      mkdirSync(join(to, name), { recursive: true })
      linkMissing(join(from, name), join(to, name))
    } else if (!existsSync(join(to, name)) && !name.startsWith('.')) symlinkSync(join(from, name), join(to, name))
  }
}

/** Checks that the package contains everything that the published types name; a compiler that skips libraries would not. */
function checkTypes(root: string): void {
  const facts: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const { exports } = facts as {
    readonly exports: Readonly<Record<string, { readonly types?: string; readonly default?: string } | string>>
  }
  const seen = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*['"](\.[^'"]+)['"]/g))
      visit(resolve(dirname(file), target.replace(/\.js$/, '.d.ts')))
  }
  for (const entry of Object.values(exports)) {
    if (typeof entry === 'string') continue
    assert.ok(existsSync(join(root, entry.default ?? '')), `${entry.default} is not in the package`)
    visit(join(root, entry.types ?? ''))
  }
  const all = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(name => !name.includes('node_modules'))
  assert.deepEqual(
    all.filter(name => /^dist\/.*\.test\./.test(name) || /^dist\/(?!core\/published\/).*\/testing\//.test(name)),
    [],
  )
  log(`the published types name ${seen.size} files, all of them there`)
}

function checkLinks(root: string): void {
  assert.deepEqual(brokenLinks(root), [])
  log('all links of its pages lead to files of the package')
}

/** Runs the demo with other releases of Node.js than the current one. */
function checkOtherNodes(): void {
  const own = Number(process.versions.node.split('.')[0])
  for (const release of [20, 22, 24].filter(release => release !== own)) {
    const node = installNode(release, folder)
    if ('reason' in node) {
      log(`SKIPPED: Node ${release} cannot be installed from the npm package "node": ${node.reason}`)
      continue
    }
    // Twice: the second run uses the cache of the first one.
    for (let run = 0; run < 2; run++) runDemo(node.program, join(folder, `cache-${release}`))
    log(`the demo runs on Node ${release}`)
  }
}

function runDemo(node: string, cache: string): void {
  const root = join(folder, 'node_modules', 'sfprocessor')
  const [program, pipeline, trace] = ['dist/bundle/main.js', 'resources/pipelines/demo.json', 'resources/traces/webshell.sf'].map(
    path => join(root, path),
  ) as [string, string, string]
  const demo = spawnSync(node, [program, '-quiet', '-config', pipeline, trace], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, SFPROCESSOR_CACHE: cache },
  })
  assert.equal(demo.status, 0, demo.stderr)
  assert.equal(demo.stdout.trim().split('\n').length, 19)
}

function checkProgram(): void {
  assert.match(npx(['-version'], folder).out, /^Version: \d/)
  const trace = join('node_modules', 'sfprocessor', 'resources', 'traces', 'webshell.sf')
  const demo = npx(
    ['-quiet', '-config', join('node_modules', 'sfprocessor', 'resources', 'pipelines', 'demo.json'), trace],
    folder,
  )
  const alerts = demo.out.trim().split('\n')
  assert.equal(alerts.length, 19)
  for (const alert of alerts) assert.ok(JSON.parse(alert).policies.length > 0)
  log('-version and the demo run')
}

/** Kind → expected output of the plugin's pipeline. */
const EXPECTED_OUTPUT: Readonly<Record<PluginKind, RegExp>> = {
  driver: /"place":"kitchen".*"id":"Too warm"/,
  processor: /mine-processor: \d+ records of \/usr\/local\/sbin\/php-fpm/,
  handler: /CONNECT\S* by \/usr\//,
  action: /"tags":\["program:\/bin\/sh","shell"\]/,
  encoder: /^FF {2}\/\S+ {2}\S+ {2}\w/m,
  transport: /exporter +19 in, 19 out/,
}

function checkScaffold(kind: PluginKind): void {
  const name = `mine-${kind}`
  npx(['create', 'plugin', '--kind', kind, name], folder)
  const scaffoldFolder = join(folder, name)
  const tests = run('npm', ['test'], scaffoldFolder)
  assert.match(tests, /^# fail 0$/m)
  const passed = /^# pass (\d+)$/m.exec(tests)?.[1]
  const trace = kind === 'driver' ? [] : [join('..', 'node_modules', 'sfprocessor', 'resources', 'traces', 'webshell.sf')]
  const { out, err } = npx(['-config', 'pipeline.json', ...trace], scaffoldFolder)
  assert.match(out + err, EXPECTED_OUTPUT[kind])
  if (kind === 'transport') assert.equal(readFileSync(join(scaffoldFolder, 'alerts.log'), 'utf8').trim().split('\n').length, 19)
  log(`create plugin --kind ${kind}: compiles, passes ${passed} tests, runs`)
}

/** Checks that the package contains the files that the examples name. */
function checkExamples(): void {
  const plugins = join('node_modules', 'sfprocessor', 'plugins')
  const pipelines = readdirSync(join(folder, plugins), { recursive: true, encoding: 'utf8' }).filter(name =>
    name.endsWith('pipeline.json'),
  )
  const resources = join('node_modules', 'sfprocessor', 'resources')
  const [scenario, trace] = [join(resources, 'scenarios', 'webshell.yaml'), join(resources, 'traces', 'webshell.sf')]
  const lines = join(plugins, 'examples', 'drivers', 'lines', 'sshd.txt')
  const inputs = new Map([
    ['examples/drivers/lines/pipeline.json', lines],
    ['examples/drivers/scenario/pipeline.json', scenario],
  ])
  for (const name of pipelines) npx(['-quiet', '-config', join(plugins, name), inputs.get(name) ?? trace], folder)
  assert.ok(pipelines.length > PLUGIN_KINDS.length)
  log(`${pipelines.length} example plugins: run`)
}

function checkOtherCommands(): void {
  npx(['create', 'pipeline', '--yes', '--export', 'file', '--to', 'out.json'], folder)
  npx(['-test'], folder)
  npx(['create', 'rule', 'Shell started', '--condition', 'sf.opflags = EXEC and sf.proc.name in (sh, bash)', '--yes'], folder)
  npx(['-quiet', join('node_modules', 'sfprocessor', 'resources', 'traces', 'webshell.sf')], folder, {
    POLICYENGINE_POLICIES: 'shell-started.yaml',
  })
  assert.ok(statSync(join(folder, 'out.json')).size > 0)
  log('create pipeline and create rule: accepted, run')
}

interface Output {
  readonly out: string
  readonly err: string
}

function npx(args: readonly string[], cwd: string, environment: NodeJS.ProcessEnv = {}): Output {
  const { status, stdout, stderr } = spawnSync('npm', ['exec', '--offline', '--', 'sfprocessor', ...args], {
    cwd,
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, SFPROCESSOR_CACHE: 'off', ...environment },
  })
  assert.equal(status, 0, `sfprocessor ${args.join(' ')}: ${stdout}${stderr}`)
  return { out: stdout, err: stderr }
}

function run(command: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', timeout: 120_000, stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as Partial<Record<'stdout' | 'stderr', string>>
    throw new Error(`${command} ${args.join(' ')} in ${cwd} failed:\n${stdout}${stderr}`)
  }
}

function log(text: string): void {
  process.stdout.write(`${text}\n`)
}

try {
  const tarball = pack()
  install(tarball)
  checkTypes(join(folder, 'node_modules', 'sfprocessor'))
  checkLinks(join(folder, 'node_modules', 'sfprocessor'))
  checkProgram()
  checkOtherNodes()
  for (const kind of PLUGIN_KINDS) checkScaffold(kind)
  checkOtherCommands()
  checkExamples()
  log('all of it works')
} finally {
  rmSync(folder, { recursive: true, force: true })
}

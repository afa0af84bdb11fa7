// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { COMPLETION_SCRIPTS } from '../completion.js'

/**
 * The scripts in interactive shells: the test sends keys, including Tab, to a pseudo terminal (script(1), part of every Debian).
 * A stub in place of the program prints its arguments.
 */
const folder = mkdtempSync(join(tmpdir(), 'shells-'))
after(() => rmSync(folder, { recursive: true }))

const MAIN = ['dist/driver/main.js', 'driver/main.ts'].map(path => resolve(path))[import.meta.url.endsWith('.ts') ? 1 : 0] ?? ''
const FLAGS = process.execArgv.filter(flag => !flag.startsWith('--test'))
const PROGRAM = [process.execPath, ...FLAGS, MAIN].map(word => `'${word}'`).join(' ')
mkdirSync(join(folder, 'bin'))
writeFileSync(
  join(folder, 'bin', 'sfprocessor'),
  `#!/bin/sh
if [ "$1" = __complete ]; then exec ${PROGRAM} "$@"; fi
printf 'CALLED'; printf ' <%s>' "$@"; printf '\\n'
`,
  { mode: 0o755 },
)
mkdirSync(join(folder, 'a folder'))
writeFileSync(join(folder, 'a folder', 'pipeline one.json'), '{}')
writeFileSync(
  join(folder, 'pipeline.json'),
  JSON.stringify({
    pipeline: [{ processor: 'policyengine', in: 'flat flattenerchan', out: 'alerts eventchan', policies: 'rules.yaml' }],
  }),
)
const RULES = ['Shell in a "box" & $HOME', 'Is th?s']
writeFileSync(
  join(folder, 'rules.yaml'),
  RULES.map(name => `- rule: ${name}\n  desc: x\n  condition: sf.proc.name = sh\n`).join(''),
)
/** A shell that takes a word for a pattern would find it. */
writeFileSync(join(folder, 'Is thus'), '')

/** The typed text, followed by Tab and Return, and the arguments that the program then receives. */
const TYPED: readonly (readonly [string, readonly string[]])[] = [
  ['comp\t zs\t', ['completion', 'zsh']],
  ['spool l\t', ['spool', 'ls']],
  ['-summ\t js\t trace.sf', ['-summary', 'json', 'trace.sf']],
  ['--summ\t js\t', ['--summary', 'json']],
  ['-log=war\t', ['-log=warn']],
  ['-driver sock\t', ['-driver', 'socket']],
  ['-disable inflate-ahead,liter\t', ['-disable', 'inflate-ahead,literal-index']],
  ['tap al\t', ['tap', 'alerts']],
  ['-config a\\ fol\tpi\t', ['-config', 'a folder/pipeline one.json']],
  ['-config=a\\ fol\tpi\t', ['-config=a folder/pipeline one.json']],
  ['-config "a fol\tpi\t', ['-config', 'a folder/pipeline one.json']],
  ['-config ~/pipe\t', ['-config', join(folder, 'pipeline.json')]],
  ['list rules Sh\t', ['list', 'rules', 'Shell in a "box" & $HOME']],
  ['list rules "Sh\t', ['list', 'rules', 'Shell in a "box" & $HOME']],
  ['~/bin/sfprocessor spool l\t', ['spool', 'ls']],
  ['list rules "Is\t', ['list', 'rules', 'Is th?s']],
  ['list rules Is\t', ['list', 'rules', 'Is th?s']],
  ['list attributes sf.proc.cmdl\t', ['list', 'attributes', 'sf.proc.cmdline']],
  ['list codes SFP_SYSFLOW_CU\t', ['list', 'codes', 'SFP_SYSFLOW_CUT']],
]
const CONDITION = 'sf.proc.name = sh and (sf.proc.cmdl'

const hasPseudoTerminal = spawnSync('script', ['--version']).status === 0

const LAST_WORD = ['tap', 'x', '-where', `${CONDITION}ine`]
const SOURCED = `autoload -Uz compinit; compinit -u -D\nsource ${scriptOf('zsh')}\n`
const FOUND = `fpath=('${resolve('resources', 'completion')}' $fpath); autoload -Uz compinit; compinit -u -D\n`

/** How a shell starts, its first command, and its differences: zsh removes the slash after a folder. */
for (const [shell, way, begin, first, more] of [
  [
    'bash',
    'that has read the script',
    'bash --norc --noprofile -i',
    `source ${scriptOf('bash')}\n`,
    [
      [`tap x -where "${CONDITION}\t`, LAST_WORD],
      ['-driverdir a\\ fol\t', ['-driverdir', 'a folder/']],
    ],
  ],
  [
    'zsh',
    'that has read the script',
    'zsh -f -i',
    SOURCED,
    [
      [`tap x -where "${CONDITION}\t"`, LAST_WORD],
      ['-driverdir a\\ fol\t', ['-driverdir', 'a folder']],
    ],
  ],
  ['zsh', 'that finds the script in its fpath', 'zsh -f -i', FOUND, []],
] as const) {
  test(`input typed into a ${shell} ${way} is completed`, {
    skip: lacking(shell) ?? (!hasPseudoTerminal && 'script(1) is not here'),
  }, () => {
    const expected = [...TYPED, ...more]
    const keys = `${first}${expected.map(([typed]) => `${typed.startsWith('~') ? '' : 'sfprocessor '}${typed}\n`).join('')}exit\n`
    const { stdout } = run('script', ['-qefc', begin, '/dev/null'], keys)
    const calls = [...stdout.matchAll(/CALLED(?: <.*>)?/g)].map(([invocation]) => invocation)
    assert.deepEqual(
      calls,
      expected.map(([, words]) => `CALLED${words.map(word => ` <${word}>`).join('')}`),
      stdout,
    )
  })
}

test('bash inserts all matching words on request', {
  skip: lacking('bash') ?? (!hasPseudoTerminal && 'script(1) is not here'),
}, () => {
  const keys = `source ${scriptOf('bash')}\nsfprocessor -summary \x1b*\nexit\n`
  assert.match(
    run('script', ['-qefc', 'bash --norc --noprofile -i', '/dev/null'], keys).stdout,
    /CALLED <-summary> <json> <none> <text>/,
  )
})

test('fish receives the same completions', { skip: lacking('fish') }, () => {
  for (const [line, expected] of [
    ['sfprocessor spool l', ['ls']],
    ['~/bin/sfprocessor spool l', ['ls']],
    ['sfprocessor -summ', ['-summary']],
    ['sfprocessor --summary ', ['json', 'none', 'text']],
    ['sfprocessor -log=war', ['-log=warn']],
    ['sfprocessor -driver sock', ['socket']],
    ['sfprocessor -disable inflate-ahead,liter', ['inflate-ahead,literal-index']],
    ['sfprocessor tap al', ['alerts']],
    ['sfprocessor -config "a folder/pi', ['a folder/pipeline one.json']],
    ['sfprocessor -config=pipe', ['-config=pipeline.json']],
    ['sfprocessor -driverdir "a fo', ['a folder/']],
    ['sfprocessor list rules Sh', ['Shell in a "box" & $HOME']],
    [`sfprocessor tap x -where "${CONDITION}`, [`${CONDITION}ine`]],
  ] as const) {
    const { stdout } = run('fish', ['--no-config', '-c', `source ${scriptOf('fish')}; complete -C "$argv[1]"`, line], '')
    const words = stdout.split('\n').filter(text => text !== '')
    assert.deepEqual(words.map(text => text.split('\t')[0]).sort(), expected, line)
  }
})

for (const [shell, script] of COMPLETION_SCRIPTS) {
  test(`sfprocessor completion ${shell} prints its script`, () => {
    const { stdout, status } = spawnSync(process.execPath, [...FLAGS, MAIN, 'completion', shell], { encoding: 'utf8' })
    assert.equal(status, 0)
    assert.equal(stdout, readFileSync(join('resources', 'completion', script), 'utf8'))
  })
}

/** Why a shell cannot be tested; undefined: it can. */
function lacking(shell: string): string | undefined {
  return spawnSync(shell, ['-c', 'true']).status === 0 ? undefined : `${shell} is not installed`
}

function run(program: string, args: readonly string[], input: string): { stdout: string } {
  const env = {
    PATH: `${join(folder, 'bin')}:${process.env.PATH ?? ''}`,
    HOME: folder,
    TERM: 'dumb',
    LC_ALL: 'C.UTF-8',
    SFPROCESSOR_CACHE: 'off',
  }
  return spawnSync(program, args, { cwd: folder, env, input, encoding: 'utf8', timeout: 120_000 })
}

function scriptOf(shell: string): string {
  return `'${resolve('resources', 'completion', COMPLETION_SCRIPTS.get(shell) ?? '')}'`
}

// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OPTIMIZATIONS } from '../../core/contract/host.js'
import type { RunSettings } from '../config/run-settings.js'
import { readArguments } from './command-line-options.js'

function run(...args: string[]): RunSettings {
  const request = readArguments(args)
  assert.equal(request.kind, 'run')
  return request.settings
}

test('options have one or two dashes, and a value after a space or an equals sign', () => {
  for (const args of [
    ['-config', 'a', 'p'],
    ['--config', 'a', 'p'],
    ['-config=a', 'p'],
    ['--config=a', 'p'],
  ]) {
    const { config, paths } = run(...args)
    assert.deepEqual([config, paths], ['a', ['p']])
  }
})

test('a boolean has no value, or true or false', () => {
  assert.equal(run('-test').test, true)
  assert.equal(run('-test=true').test, true)
  assert.equal(run('-test=false', 'p').test, false)
  assert.equal(run('--perflog', 'p').perflog, true)
})

test('options after the first path are paths, and so is everything after two dashes', () => {
  assert.deepEqual(run('p', '-test', '-config', 'x').paths, ['p', '-test', '-config', 'x'])
  assert.deepEqual(run('--', '-test').paths, ['-test'])
})

test('a value can start with a dash', () => {
  assert.equal(run('-config', '-x-', 'p').config, '-x-')
})

test('-input is the deprecated name of -driver, which takes precedence', () => {
  assert.equal(run('-input', 'socket', 'p').driver, 'socket')
  assert.equal(run('-input', 'socket', '-driver', 'file', 'p').driver, 'file')
})

test('an option with its deprecated name has no effect beside the current one, with a warning', () => {
  const both = run('-inside', '1', '-admin', '2', '-without', 'interning', '-disable', 'all', '-input', 'a', '-driver', 'b', 'p')
  assert.deepEqual(both.admin, { kind: 'address', address: '127.0.0.1', port: 2 })
  assert.ok(both.disabledOptimizations.size > 1)
  assert.deepEqual(both.warnings, [
    '-input has no effect, since -driver is given too',
    '-inside has no effect, since -admin is given too',
    '-without has no effect, since -disable is given too',
  ])
  assert.deepEqual(run('-inside', '1', '-admin', '1', '-input', 'a', '-driver', '', 'p').warnings, [])
})

test('an empty value counts as missing', () => {
  assert.equal(run('-driver=', '-config', '', 'p').driver, undefined)
})

test('log levels are case-insensitive, an unknown one is info; -quiet logs errors only', () => {
  assert.equal(run('-log', 'ERROR', 'p').log, 'error')
  assert.equal(run('-log', 'loud', 'p').log, 'info')
  assert.equal(run('p').log, 'info')
  assert.equal(run('-quiet', 'p').log, 'error')
  assert.equal(run('-quiet', '-log', 'trace', 'p').log, 'trace')
  assert.equal(run('-quiet', 'p').summary, 'none')
  assert.equal(run('-summary', 'json', 'p').summary, 'json')
})

for (const [args, expected] of [
  [['-nothing'], /unknown option '--nothing'/],
  [['-confg', 'x'], /Did you mean --config\?/],
  [['-config'], /option '--config <file>' argument missing/],
  [['-test=maybe'], /unknown option/],
  [['-summary', 'yaml', 'p'], /Allowed choices are text, json, none/],
  [['simulate', '-o', 'x'], /missing required argument 'scenario'/],
  [['simulate', 'x.yaml'], /required option '-o, --output <trace>' not specified/],
] as const) {
  test(`${args.join(' ')} is a usage error`, () => {
    const request = readArguments(args)
    assert.equal(request.kind, 'misuse')
    assert.match(request.text, expected)
  })
}

test('sub-commands accept options before and after their name', () => {
  for (const args of [
    ['-config', 'a', 'config', '-json'],
    ['config', '-config', 'a', '--json'],
  ]) {
    const request = readArguments(args)
    assert.equal(request.kind, 'config')
    assert.deepEqual([request.settings.config, request.json], ['a', true])
  }
  const request = readArguments(['simulate', 's.yaml', '-o', 't.sf'])
  assert.ok(request.kind === 'command' && request.command.name === 'simulate')
  assert.deepEqual(request.invocation, { arguments: ['s.yaml'], options: { output: 't.sf' } })
})

test('options of a command are accepted anywhere, but not after two dashes', () => {
  const called = (...args: string[]): unknown => {
    const request = readArguments(args)
    return request.kind === 'command' ? request.invocation : request.kind
  }
  const expected = { arguments: ['flat'], options: { at: '9464', limit: '2' } }
  assert.deepEqual(called('tap', 'flat', '-at', '9464', '--limit=2'), expected)
  assert.deepEqual(called('tap', '-at=9464', '-limit', '2', 'flat'), expected)
  assert.equal(called('tap', '--', 'flat', '-at', '9464'), 'misuse')
})

test('-admin accepts a port, an address with a port, or the path of a socket', () => {
  const place = (text: string): unknown => {
    const request = readArguments(['-admin', text, 'a.sf'])
    return request.kind === 'run' ? request.settings.admin : request.kind
  }
  assert.deepEqual(place('9464'), { kind: 'address', address: '127.0.0.1', port: 9464 })
  assert.deepEqual(place('localhost:1'), { kind: 'address', address: '127.0.0.1', port: 1 })
  assert.deepEqual(place('0.0.0.0:80'), { kind: 'address', address: '0.0.0.0', port: 80 })
  assert.deepEqual(place('[::1]:80'), { kind: 'address', address: '::1', port: 80 })
  assert.deepEqual(place('./x.sock'), { kind: 'socket', path: './x.sock' })
  assert.equal(place(''), undefined)
  for (const wrong of ['x', '65536', ':80', 'example.org:80', '::1', '-1', '1.2.3:80', '127.0.0.1:'])
    assert.equal(place(wrong), 'misuse', wrong)
})

test('the deprecated names -inside and -without still work, and the help does not show them', () => {
  const request = readArguments(['-inside', '9464', '-without', 'interning', 'a.sf'])
  assert.ok(request.kind === 'run')
  assert.deepEqual(request.settings.admin, { kind: 'address', address: '127.0.0.1', port: 9464 })
  assert.deepEqual([...request.settings.disabledOptimizations], ['interning'])
  const help = readArguments(['-help'])
  assert.ok(help.kind === 'help')
  assert.doesNotMatch(help.text, /-inside|-without/)
})

test('-logformat json makes the summary JSON too, unless another format is set', () => {
  const settings = (...args: string[]): unknown[] => {
    const request = readArguments([...args, 'a.sf'])
    return request.kind === 'run' ? [request.settings.logFormat, request.settings.summary] : []
  }
  assert.deepEqual(settings(), ['text', 'text'])
  assert.deepEqual(settings('-logformat', 'json'), ['json', 'json'])
  assert.deepEqual(settings('-logformat=json', '-summary', 'none'), ['json', 'none'])
})

test('every form of -h prints the help with the exit codes, -version prints a version', () => {
  for (const flag of ['-h', '-help', '--help']) {
    const request = readArguments([flag])
    assert.equal(request.kind, 'help')
    assert.match(request.text, /Usage: sfprocessor \[options\] PATH[\s\S]*Exit status:/)
  }
  assert.equal(readArguments(['-version']).kind, 'version')
  assert.equal(readArguments(['-log', 'info', '--version']).kind, 'version')
})

test('-disable accepts names of optimizations, or all, and suggests the nearest name', () => {
  const of = (value: string): unknown => {
    const request = readArguments(['-disable', value, 'trace'])
    return request.kind === 'run'
      ? [...request.settings.disabledOptimizations]
      : request.kind === 'misuse' && request.text.split('\n')[0]
  }
  assert.deepEqual(of('interning, profiles'), ['interning', 'profiles'])
  assert.deepEqual(of('all'), Object.keys(OPTIMIZATIONS))
  assert.match(String(of('profile')), /unknown optimization "profile"; did you mean "profiles"\?/)
})

test('-workers accepts a positive integer or auto', () => {
  const of = (...args: string[]): unknown => {
    const request = readArguments([...args, 'trace'])
    return request.kind === 'run' ? request.settings.workers : request.kind === 'misuse' && request.text.split('\n')[0]
  }
  assert.deepEqual([of(), of('-workers', '3'), of('-workers=auto')], [1, 3, 'auto'])
  for (const wrong of ['0', '-1', '1.5', 'many', '10000']) assert.match(String(of('-workers', wrong)), /integer from 1 to 9999/)
})

test('-drain accepts a non-negative integer number of seconds', () => {
  const of = (...args: string[]): unknown => {
    const request = readArguments([...args, 'trace'])
    return request.kind === 'run' ? request.settings.drainSeconds : request.kind === 'misuse' && request.text.split('\n')[0]
  }
  assert.deepEqual([of(), of('-drain', '5'), of('-drain=0')], [30, 5, 0])
  for (const wrong of ['-1', '1.5', 'long']) assert.match(String(of('-drain', wrong)), /integer number of seconds/)
})

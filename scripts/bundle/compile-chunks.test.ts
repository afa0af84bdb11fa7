// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'

const BUNDLE = resolve('dist/bundle')
const chunks = existsSync(BUNDLE) ? readdirSync(BUNDLE).filter(name => name.endsWith('.cjs')) : []
const skip = chunks.length > 0 ? false : 'no bundle: npm run build'

/** What a process of its own prints: V8 accepts compiled code only under the flags that it was compiled with. */
function output(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  assert.equal(status, 0, stderr)
  return stdout
}

test('V8 accepts the compiled code of every large chunk', { skip }, () => {
  const script = `
    import { loadChunk, loadedChunks } from ${JSON.stringify(pathToFileURL(resolve(BUNDLE, 'compiled-chunk.js')).href)}
    for (const name of ${JSON.stringify(chunks)}) loadChunk('./' + name)
    console.log(JSON.stringify(loadedChunks()))`
  const loaded: unknown = JSON.parse(output('--input-type=module', '-e', script))
  assert.deepEqual(loaded, Object.fromEntries(chunks.map(name => [resolve(BUNDLE, name), true])))
})

test('a large chunk exports no name that has no value yet', { skip }, async () => {
  for (const name of chunks) {
    const exported: object = await import(pathToFileURL(resolve(BUNDLE, name.replace(/\.cjs$/, '.js'))).href)
    for (const [key, value] of Object.entries(exported)) assert.notEqual(value, undefined, `${name}: ${key}`)
  }
})

test('with source maps, Node.js loads the chunks, and a run does the same', { skip }, () => {
  const demo = [resolve(BUNDLE, 'main.js'), '-config', 'resources/pipelines/demo.json', 'resources/traces/webshell.sf']
  const alerts = output(...demo)
  assert.notEqual(alerts, '')
  assert.equal(output('--enable-source-maps', ...demo), alerts)
})

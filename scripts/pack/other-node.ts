// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Installs a release of Node.js from the npm package `node` below `folder`; returns its program, or the reason if it fails. */
export function installNode(release: number, folder: string): { readonly program: string } | { readonly reason: string } {
  const place = join(folder, `node-${release}`)
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'package.json'), '{ "private": true }\n')
  const { status, stderr } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', `node@${release}`], {
    cwd: place,
    encoding: 'utf8',
    timeout: 180_000,
  })
  const program = join(place, 'node_modules', 'node', 'bin', 'node')
  if (status !== 0 || !existsSync(program)) return { reason: stderr?.trim().split('\n').at(-1) || 'npm installs no program' }
  const version = spawnSync(program, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout?.trim()
  return version?.startsWith(`${release}.`) ? { program } : { reason: `its program says version ${version || 'nothing'}` }
}

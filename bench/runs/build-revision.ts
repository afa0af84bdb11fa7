// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * Builds the files of a commit in the temporary folder, without changing the working tree or git's metadata; returns the path of
 * the program. Earlier builds are reused. The installed dependencies are used if the commit requires the same.
 */
export function buildRevision(commit: string): string {
  const folder = join(tmpdir(), 'sfprocessor-bench', 'builds')
  const buildFolder = join(folder, commit)
  if (existsSync(buildFolder)) return programIn(buildFolder)
  const temporaryFolder = join(folder, `${process.pid}-${commit}.part`)
  mkdirSync(temporaryFolder, { recursive: true })
  try {
    const files = execFileSync('git', ['archive', '--format=tar', commit], { maxBuffer: 2 ** 30 })
    execFileSync('tar', ['-x', '-C', temporaryFolder], { input: files })
    installDependencies(temporaryFolder)
    run(temporaryFolder, 'npm', 'run', 'build')
    rmSync(buildFolder, { recursive: true, force: true })
    renameSync(temporaryFolder, buildFolder)
  } finally {
    rmSync(temporaryFolder, { recursive: true, force: true })
  }
  return programIn(buildFolder)
}

/** The program that users start: the bundle, or in revisions without a bundle the compiler's output. */
export const programIn = (folder: string): string =>
  ['dist/bundle/main.js', 'dist/driver/main.js'].map(path => join(folder, path)).find(existsSync) ??
  join(folder, 'dist/bundle/main.js')

function installDependencies(folder: string): void {
  const lock = 'package-lock.json'
  if (readFileSync(join(folder, lock), 'utf8') === readFileSync(lock, 'utf8'))
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
  else
    try {
      run(folder, 'npm', 'ci', '--offline')
    } catch {
      run(folder, 'npm', 'ci')
    }
}

const run = (folder: string, program: string, ...args: string[]): void => {
  execFileSync(program, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
}

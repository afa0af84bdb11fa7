// SPDX-License-Identifier: Apache-2.0

import { randomBytes } from 'node:crypto'
import { link, readdir, readFile, readlink, rename, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isObject } from '../contract/objects.js'
import { Fault } from '../errors/fault.js'
import { codeOf } from '../errors/reason.js'

/** The process that owns a folder, according to its lock file. Values that the system does not supply are empty. */
interface LockOwner {
  readonly pid: number
  /** Start of the process, in ticks since the start of the system: detects a process number that was assigned again. */
  readonly began: string
  /** Identifies the start of the system and the process namespace. */
  readonly system: string
  readonly isReleased: boolean
}

const LOCK_FILE_PATTERN = /^owner\.(\d{1,15})$/

/**
 * Makes this process the owner of `folder`. Lock files are numbered, and the highest number counts. A lock file is created with a
 * link, which succeeds for one process only. The highest lock file is never removed, only marked as released; lower ones are
 * removed. So if two processes find the same dead owner, only one of them succeeds it, whatever the order of their steps.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const owner: LockOwner = {
    pid: process.pid,
    began: await processStartOf(process.pid),
    system: await systemName(),
    isReleased: false,
  }
  for (;;) {
    const locks = await lockNumbersIn(folder)
    const last = locks.at(-1) ?? 0
    const before = last > 0 ? await readLockOwner(join(folder, lockFileName(last))) : undefined
    if (before && (await isAlive(before, owner))) throw new Fault('SFP_SPOOL_OWNED', { folder, pid: before.pid })
    const path = join(folder, lockFileName(last + 1))
    if (!(await placeLockFile(folder, path, owner, link))) continue
    // Another process has meanwhile succeeded a later owner and holds the lock.
    if (((await lockNumbersIn(folder)).at(-1) ?? 0) > last + 1) {
      await unlink(path)
      continue
    }
    for (const previous of locks) await unlink(join(folder, lockFileName(previous))).catch(() => {})
    return async () => {
      await placeLockFile(folder, path, { ...owner, isReleased: true }, rename)
    }
  }
}

/** The process that owns `folder` now; undefined if none does. */
export async function lockOwnerOf(folder: string): Promise<number | undefined> {
  const last = (await lockNumbersIn(folder)).at(-1)
  const owner = last === undefined ? undefined : await readLockOwner(join(folder, lockFileName(last)))
  const self: LockOwner = {
    pid: process.pid,
    began: await processStartOf(process.pid),
    system: await systemName(),
    isReleased: false,
  }
  return owner && (await isAlive(owner, self)) ? owner.pid : undefined
}

/** Creates the lock file atomically with its content. Returns false if another process created it first. */
async function placeLockFile(folder: string, path: string, owner: LockOwner, placeFile: typeof link): Promise<boolean> {
  const temporaryPath = join(folder, `.owner-${randomBytes(8).toString('hex')}`)
  await writeFile(temporaryPath, `${JSON.stringify(owner)}\n`, { mode: 0o600, flag: 'wx' })
  try {
    await placeFile(temporaryPath, path)
    return true
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    return false
  } finally {
    await unlink(temporaryPath).catch(() => {})
  }
}

const lockFileName = (number: number): string => `owner.${number}`

async function lockNumbersIn(folder: string): Promise<number[]> {
  const numbers = (await readdir(folder)).flatMap(name => LOCK_FILE_PATTERN.exec(name)?.[1] ?? []).map(Number)
  return numbers.sort((left, right) => left - right)
}

/** Undefined if the file is missing or invalid: a crash of the machine may leave a file without its content. */
async function readLockOwner(path: string): Promise<LockOwner | undefined> {
  try {
    const found: unknown = JSON.parse(await readFile(path, 'utf8'))
    if (!isObject(found)) return undefined
    const { pid, began, system, isReleased } = found
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return undefined
    return { pid, began: String(began), system: String(system), isReleased: isReleased === true }
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

async function isAlive(owner: LockOwner, self: LockOwner): Promise<boolean> {
  if (owner.isReleased || owner.system !== self.system) return false
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false
  }
  const began = await processStartOf(owner.pid)
  return began === owner.began || began === ''
}

/** Field 22 of /proc/PID/stat on Linux; the name in field 2 may contain spaces and brackets. */
async function processStartOf(pid: number): Promise<string> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

/** After a restart of the machine, or in another container, process numbers have another meaning. */
async function systemName(): Promise<string> {
  const parts = [readFile('/proc/sys/kernel/random/boot_id', 'latin1'), readlink('/proc/self/ns/pid')]
  return (await Promise.all(parts.map(part => part.then(text => text.trim()).catch(() => '')))).join(' ')
}

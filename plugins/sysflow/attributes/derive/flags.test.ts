// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOpenForReading, isOpenForWriting, memoizeByBitmap, openFlagNames, operationNames } from './flags.js'

test('check 30: a read is READ in a file flow and RECV in a network flow, in either order', () => {
  for (const order of [
    [false, true, false],
    [true, false, true],
  ]) {
    for (const isNetworkFlow of order) {
      assert.deepEqual(operationNames(128 + 256 + 1024, isNetworkFlow), ['OPEN', 'CLOSE', isNetworkFlow ? 'RECV' : 'READ'])
    }
  }
  assert.deepEqual(operationNames(1856, true), ['CONNECT', 'CLOSE', 'SEND', 'RECV'])
})

test('every operation bit has its name, in the documented order', () => {
  assert.equal(
    operationNames(-1, false).join(),
    'MKDIR,RMDIR,LINK,SYMLINK,UNLINK,RENAME,CLONE,EXEC,EXIT,SETUID,OPEN,ACCEPT,CONNECT,CLOSE,WRITE,READ,SETNS,MMAP,SHUTDOWN,TRUNCATE,DIGEST',
  )
  assert.deepEqual(operationNames(0, false), [])
  for (let bit = 0; bit <= 20; bit++) assert.equal(operationNames(1 << bit, false).length, 1)
})

test('check 31: open flags are named in the documented order', () => {
  assert.deepEqual(openFlagNames(4097), ['RDONLY', 'CLOEXEC'])
  assert.deepEqual(openFlagNames(0), ['NONE'])
  assert.deepEqual(openFlagNames(3), ['RDONLY', 'WRONLY', 'RDWR'])
  assert.equal(
    openFlagNames(8191).join(),
    'RDONLY,WRONLY,RDWR,CREAT,EXCL,TRUNC,APPEND,NONBLOCK,DSYNC,DIRECT,LARGEFILE,DIRECTORY,CLOEXEC,SYNC',
  )
  assert.deepEqual([1, 2, 3, 4].map(isOpenForReading), [true, false, true, false])
  assert.deepEqual([1, 2, 3, 4].map(isOpenForWriting), [false, true, true, false])
})

test('a cache of bitmaps returns the same object again, and is bounded', () => {
  let computed = 0
  const names = memoizeByBitmap(bitmap => {
    computed++
    return operationNames(bitmap, false)
  }, 4)
  assert.equal(names(2), names(2))
  assert.equal(computed, 1)
  for (let bitmap = 0; bitmap < 100; bitmap++) assert.deepEqual(names(bitmap), operationNames(bitmap, false))
  assert.equal(computed, 100)
})

// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cacheFolder } from './cache-folder.js'

test('the cache folder is set by the environment, else it is the cache folder of the user, else there is none', () => {
  assert.equal(cacheFolder({ SFPROCESSOR_CACHE: '/c', XDG_CACHE_HOME: '/x', HOME: '/h' }), '/c')
  assert.equal(cacheFolder({ SFPROCESSOR_CACHE: 'off', XDG_CACHE_HOME: '/x', HOME: '/h' }), undefined)
  assert.equal(cacheFolder({ SFPROCESSOR_CACHE: '', XDG_CACHE_HOME: '/x', HOME: '/h' }), '/x/sfprocessor')
  assert.equal(cacheFolder({ XDG_CACHE_HOME: 'x', HOME: '/h' }), '/h/.cache/sfprocessor')
  assert.equal(cacheFolder({ HOME: '/h' }), '/h/.cache/sfprocessor')
  assert.equal(cacheFolder({ HOME: 'h' }), undefined)
  assert.equal(cacheFolder({}), undefined)
})

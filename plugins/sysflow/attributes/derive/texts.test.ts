// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NO_POD, Pod } from '../../entities/entities.js'
import { dottedAddress } from './addresses.js'
import { ancestorCommandLine, ownCommandLine } from './command-lines.js'
import { containerTypeName, protocolName, recordTypeName, resourceTypeName } from './names.js'
import { podHostIpText, podInternalIpText, podServicesText } from './pod-texts.js'

test('check 33: addresses are dotted from the lowest byte up', () => {
  assert.equal(dottedAddress(83890604), '172.17.0.5')
  assert.equal(dottedAddress(-939524086), '10.0.0.200')
  assert.equal(dottedAddress(-1), '255.255.255.255')
  assert.equal(dottedAddress(0), '0.0.0.0')
})

test('check 34: the command line of a process without arguments ends with a space, that of an ancestor does not', () => {
  assert.equal(ownCommandLine('/bin/ls', ''), '/bin/ls ')
  assert.equal(ancestorCommandLine('/bin/ls', ''), '/bin/ls')
  assert.equal(ancestorCommandLine('/bin/ls', '-l'), '/bin/ls -l')
})

test('check 41: pod texts are JSON, several addresses have commas between them', () => {
  const service = {
    name: 'web',
    id: 's',
    namespace: 'shop',
    portList: [{ port: 80, targetPort: 8080, nodePort: 0, proto: 'TCP' }],
    clusterIps: ['10.96.0.20'],
  }
  const pod = new Pod(true, 0, 0, 'p', 'n', 'node', ['10.0.0.1', '10.0.0.2'], [], 'shop', 0, new Map(), new Map(), [service])
  assert.equal(podHostIpText(pod), '["10.0.0.1","10.0.0.2"]')
  assert.equal(podInternalIpText(pod), '[]')
  assert.equal(
    podServicesText(pod),
    '[{"clusterip":["10.96.0.20"],"name":"web","id":"s","namespace":"shop","portList":[{"port":80,"targetPort":8080,"nodePort":0,"proto":"TCP"}]}]',
  )
  assert.deepEqual([podHostIpText(NO_POD), podInternalIpText(NO_POD), podServicesText(NO_POD)], ['', '', ''])
})

test('numbers of the wire format have their documented names', () => {
  assert.deepEqual([4, 5, 6, 7, 11, 0].map(recordTypeName), ['PE', 'NF', 'FF', 'FE', 'KE', ''])
  assert.deepEqual([-1, 0, 7].map(containerTypeName), ['host', 'DOCKER', 'CONTAINERD'])
  assert.deepEqual([0, 102, 0x110000, -5].map(resourceTypeName), ['', 'f', '', ''])
  assert.deepEqual([1, 6, 17, 254, 99].map(protocolName), ['icmp', 'tcp', 'udp', 'raw', ''])
})

// SPDX-License-Identifier: Apache-2.0

/** A name that does harm if it is used as anything but text. */
export const HOSTILE = '<img src=x onerror=alert(1)>"\\\n\u001b[2J\u202e&amp;'

const emptyComponent = { held: 0, filtered: {}, dropped: {}, report: {}, inputs: [], outputs: [], lastRecord: null }

/** The snapshot of a run (driver/admin/snapshot.ts): two drivers with the same name, and an engine that reports its rules. */
export const someSnapshot = () => ({
  version: '1.0',
  time: '2026-11-21T00:00:10Z',
  uptime: 10,
  state: 'running' as const,
  process: {
    pid: 42,
    cpuSeconds: 5,
    residentBytes: 1000,
    heapUsedBytes: 400,
    heapTotalBytes: 500,
    externalBytes: 100,
    loopDelay: { p50: 0, p99: 0.001, max: 0.002 },
    loopUse: 0.5,
    collections: { count: 3, seconds: 0.1 },
  },
  progress: { done: 50, total: 100 },
  parts: [
    {
      ...emptyComponent,
      name: 'file',
      kind: 'driver' as const,
      component: 'file',
      in: 100,
      out: 100,
      outputs: ['flat'],
      lastRecord: '2026-11-21T00:00:09Z',
    },
    { ...emptyComponent, name: 'file#2', kind: 'driver' as const, component: 'file', in: 0, out: 0, outputs: ['flat'] },
    {
      ...emptyComponent,
      name: HOSTILE,
      kind: 'stage' as const,
      component: 'policyengine',
      in: 93,
      out: 5,
      held: 6,
      filtered: { 'no rule matched': 80 },
      dropped: { 'not\n"written"': 2 },
      inputs: ['flat'],
      report: {
        alerts: 5,
        transport: 'file',
        byRule: { [HOSTILE]: 5 },
        actions: { now: { runs: 5, faults: 2, late: 1 } },
        byPriority: { high: 5 },
        costs: [{ rule: HOSTILE, evaluations: 100, matches: 5, seconds: 0.25 }],
        spool: { bytes: 12, name: 'x' },
      },
    },
  ],
  channels: [
    {
      name: 'flat',
      type: 'flattenerchan',
      from: ['file', 'file#2'],
      to: [HOSTILE],
      depth: { records: 7, batches: 1, bytes: 0 },
      capacity: { records: 100, batches: 16, bytes: 1000 },
    },
  ],
  plugins: [
    { kind: 'handler' as const, name: 'printer', faults: 3 },
    { kind: 'driver' as const, name: 'generate', faults: 0 },
  ],
})

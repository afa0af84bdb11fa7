// SPDX-License-Identifier: Apache-2.0
import { NONE_DISABLED, silentLogger } from '../../contract/host.js'
import type { TransportHost } from '../../contract/plugin.js'

/** The host of a transport in tests without a program. `faults` collects reported faults. */
export const transportHost = (format = 'json', faults: Error[] = []): TransportHost => ({
  log: silentLogger,
  stage: 'exporter',
  directory: '/',
  inputType: 'eventchan',
  outputType: undefined,
  disabledOptimizations: NONE_DISABLED,
  records: () => [],
  reportFault: fault => faults.push(fault),
  stdout: process.stdout,
  format,
  version: '1.0.0',
})

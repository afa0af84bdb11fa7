// SPDX-License-Identifier: Apache-2.0
import type { Components, Plugin } from '../../core/contract/plugin.js'
import { fileDriver } from './drivers/file-driver.js'
import { socketDriver } from './drivers/socket/socket-driver.js'
import { SYSFLOW_ENCODERS } from './encoders/sysflow-encoders.js'
import { contextHandler, flattenerHandler } from './handlers.js'
import { sysflowProcessor } from './sysflow-processor.js'
import { sysflowReader } from './sysflow-reader.js'

export const sysflowPlugins = (components: Components): readonly Plugin[] => [
  flattenerHandler,
  contextHandler,
  fileDriver,
  socketDriver,
  sysflowReader(components),
  sysflowProcessor(components),
  ...SYSFLOW_ENCODERS,
]

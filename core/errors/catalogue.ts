// SPDX-License-Identifier: Apache-2.0

import { ADMIN_FAULTS } from './catalogue/admin.js'
import { COMMAND_FAULTS } from './catalogue/command.js'
import { CREATE_FAULTS } from './catalogue/create.js'
import { DELIVERY_FAULTS } from './catalogue/delivery.js'
import { ENGINE_FAULTS } from './catalogue/engine.js'
import { EVIDENCE_FAULTS } from './catalogue/evidence.js'
import { EXPORTER_FAULTS } from './catalogue/exporter.js'
import { FOLLOW_FAULTS } from './catalogue/follow.js'
import { INPUT_FAULTS } from './catalogue/input.js'
import { KAFKA_FAULTS } from './catalogue/kafka.js'
import { OTEL_FAULTS } from './catalogue/otel.js'
import { PIPELINE_FAULTS } from './catalogue/pipeline.js'
import { PLUGIN_FAULTS } from './catalogue/plugin.js'
import { POLICY_FAULTS } from './catalogue/policy.js'
import { SCENARIO_FAULTS } from './catalogue/scenario.js'
import { SOCKET_FAULTS } from './catalogue/socket.js'
import { SPOOL_FAULTS } from './catalogue/spool.js'
import { SYSFLOW_FAULTS } from './catalogue/sysflow.js'
import { SYSLOG_FAULTS } from './catalogue/syslog.js'
import { WEB_FAULTS } from './catalogue/web.js'
import type { FaultText } from './fault-text.js'

export const CATALOGUE = {
  ...PIPELINE_FAULTS,
  ...SYSFLOW_FAULTS,
  ...PLUGIN_FAULTS,
  ...POLICY_FAULTS,
  ...ENGINE_FAULTS,
  ...EXPORTER_FAULTS,
  ...SCENARIO_FAULTS,
  ...SOCKET_FAULTS,
  ...DELIVERY_FAULTS,
  ...SPOOL_FAULTS,
  ...SYSLOG_FAULTS,
  ...WEB_FAULTS,
  ...KAFKA_FAULTS,
  ...OTEL_FAULTS,
  ...ADMIN_FAULTS,
  ...EVIDENCE_FAULTS,
  ...INPUT_FAULTS,
  ...FOLLOW_FAULTS,
  ...CREATE_FAULTS,
  ...COMMAND_FAULTS,
} as const satisfies Record<string, FaultText>

export type FaultCode = keyof typeof CATALOGUE

// SPDX-License-Identifier: Apache-2.0

import type { DeclaredErrors } from '../../../loader/registry.js'

/** The topic of the codes with one prefix, and pages about it. */
export interface ErrorArea {
  /** `SFP_POLICY_` */
  readonly prefix: string
  /** The only codes of the area; absent: all with the prefix. */
  readonly codes?: readonly string[]
  readonly about: string
  /** Under docs/. */
  readonly pages: readonly string[]
}

// biome-ignore format: a table
export const AREAS: readonly ErrorArea[] = [
  { prefix: 'SFP_CONFIG_', about: 'Settings: the pipeline file, environment variables and the command line.', pages: ['pipeline.md'] },
  { prefix: 'SFP_PIPELINE_', about: 'Stages and drivers of a pipeline, and their connections.', pages: ['pipeline.md'] },
  { prefix: 'SFP_CHANNEL_', about: 'Channels between stages: NAME TYPE under "in" and "out".', pages: ['pipeline.md'] },
  { prefix: 'SFP_READER_', about: 'The sysflowreader and its handlers.', pages: ['components/processor-sysflowreader.md'] },
  { prefix: 'SFP_RUN_', about: 'The run: health checks, threads, shutdown, record counts.', pages: ['exit-codes.md', 'deployment.md'] },
  { prefix: 'SFP_PLUGIN_', about: 'Plugins: loading and errors at run time.', pages: ['writing-plugins.md'] },
  { prefix: 'SFP_POLICY_', about: 'Rule files: format, names and conditions.', pages: ['rules.md', 'writing-rules.md'] },
  { prefix: 'SFP_ENGINE_', about: 'The policyengine, which evaluates rules on records.', pages: ['components/processor-policyengine.md', 'reloading.md'] },
  { prefix: 'SFP_SYSFLOW_', about: 'SysFlow traces and their records. Damaged data is reported, counted and skipped; everything else is read.', pages: ['compatibility.md'] },
  { prefix: 'SFP_INPUT_', about: 'Files and directories that a driver reads.', pages: ['command-line.md', 'following.md'] },
  { prefix: 'SFP_FOLLOW_', about: 'Growing files and checkpoints.', pages: ['following.md'] },
  { prefix: 'SFP_SOCKET_', about: 'The socket driver, which receives records from collectors.', pages: ['socket.md'] },
  { prefix: 'SFP_REPLAY_', about: 'The command replay, which sends traces to a socket.', pages: ['socket.md', 'command-line.md'] },
  { prefix: 'SFP_OTEL_', about: 'OpenTelemetry log records as input.', pages: ['opentelemetry.md'] },
  { prefix: 'SFP_EXPORT_', about: 'The exporter: formats and transports.', pages: ['components/processor-exporter.md'] },
  { prefix: 'SFP_DELIVERY_', about: 'Delivery to a target: retries, refused records, dead letters.', pages: ['durability.md'] },
  { prefix: 'SFP_SPOOL_', about: 'The spool, where records wait on disk until they are delivered.', pages: ['durability.md'] },
  { prefix: 'SFP_EVIDENCE_', about: 'The hash chain that detects changes to an export file.', pages: ['evidence.md'] },
  { prefix: 'SFP_SYSLOG_', about: 'Export to a syslog server.', pages: ['targets/syslog.md'] },
  { prefix: 'SFP_WEB_', about: 'Export over HTTP, and its secrets.', pages: ['targets/http.md', 'targets/secrets.md'] },
  { prefix: 'SFP_KAFKA_', about: 'Kafka as input or target.', pages: ['targets/kafka.md'] },
  { prefix: 'SFP_ADMIN_', about: 'The admin endpoint: metrics, health checks and dashboard.', pages: ['monitoring.md'] },
  { prefix: 'SFP_TAP_', about: 'The tap, which shows live records.', pages: ['monitoring.md'] },
  { prefix: 'SFP_SCENARIO_', about: 'Scenarios, which generate test traces.', pages: ['scenarios.md'] },
  { prefix: 'SFP_CREATE_', about: 'The command create, which creates plugins, pipelines and rules.', pages: ['command-line.md'] },
  { prefix: 'SFP_LIST_', about: 'The command list.', pages: ['command-line.md'] },
  { prefix: 'SFP_LOG_', about: 'The log.', pages: ['command-line.md'] },
  { prefix: 'SFP_EXPLAIN_', about: 'The command explain.', pages: ['errors.md'] },
]

/** The areas above, and those of codes that families and plugins declare under other prefixes. */
export const areasWith = (declared: readonly DeclaredErrors[]): readonly ErrorArea[] => [
  ...AREAS,
  ...declared.flatMap(declaredAreas),
]

export const areaOf = (code: string, areas: readonly ErrorArea[] = AREAS): ErrorArea | undefined =>
  areas.find(({ prefix, codes }) => codes?.includes(code) ?? code.startsWith(prefix))

/** One area for each first word of the codes. */
function declaredAreas({ owner, errors }: DeclaredErrors): ErrorArea[] {
  const codesByPrefix = new Map<string, string[]>()
  for (const code of Object.keys(errors).filter(one => areaOf(one) === undefined)) {
    const [prefix = code] = /^(?:SFP_)?[^_]+_/.exec(code) ?? []
    codesByPrefix.set(prefix, [...(codesByPrefix.get(prefix) ?? []), code])
  }
  return [...codesByPrefix].map(([prefix, codes]) => ({ prefix, codes, about: `Errors of ${owner}.`, pages: [] }))
}

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
  { prefix: 'SFP_CONFIG_', about: 'The pipeline file, and what the environment and the command line lay over it.', pages: ['pipeline.md'] },
  { prefix: 'SFP_PIPELINE_', about: 'The stages and drivers of a pipeline, and how they are joined.', pages: ['pipeline.md'] },
  { prefix: 'SFP_CHANNEL_', about: 'The channels between the stages: NAME TYPE under "in" and "out".', pages: ['pipeline.md'] },
  { prefix: 'SFP_READER_', about: 'The stage sysflowreader and its handlers.', pages: ['components/processor-sysflowreader.md'] },
  { prefix: 'SFP_RUN_', about: 'A run as a whole: health, threads, stopping, record counts.', pages: ['exit-codes.md', 'deployment.md'] },
  { prefix: 'SFP_PLUGIN_', about: 'Components that come from elsewhere, at start and while they work.', pages: ['writing-plugins.md'] },
  { prefix: 'SFP_POLICY_', about: 'Files of rules: their form, names and conditions.', pages: ['rules.md', 'writing-rules.md'] },
  { prefix: 'SFP_ENGINE_', about: 'The stage policyengine, which judges records by rules.', pages: ['components/processor-policyengine.md', 'reloading.md'] },
  { prefix: 'SFP_SYSFLOW_', about: 'Traces and what is in them. Damaged data is reported, counted and skipped; everything else is read.', pages: ['compatibility.md'] },
  { prefix: 'SFP_INPUT_', about: 'Files and folders that a driver reads.', pages: ['command-line.md', 'following.md'] },
  { prefix: 'SFP_FOLLOW_', about: 'Files that are read while they grow, and how far they were read.', pages: ['following.md'] },
  { prefix: 'SFP_SOCKET_', about: 'Records that a collector sends over a socket.', pages: ['socket.md'] },
  { prefix: 'SFP_REPLAY_', about: 'The command replay, which sends traces to a socket.', pages: ['socket.md', 'command-line.md'] },
  { prefix: 'SFP_OTEL_', about: 'Log records of OpenTelemetry that are read.', pages: ['opentelemetry.md'] },
  { prefix: 'SFP_EXPORT_', about: 'The stage exporter: what it writes, and where to.', pages: ['components/processor-exporter.md'] },
  { prefix: 'SFP_DELIVERY_', about: 'What becomes of records that a target does not take.', pages: ['durability.md'] },
  { prefix: 'SFP_SPOOL_', about: 'Records that wait on disk until their target has taken them.', pages: ['durability.md'] },
  { prefix: 'SFP_EVIDENCE_', about: 'The chain of hashes that shows whether an export file was changed.', pages: ['evidence.md'] },
  { prefix: 'SFP_SYSLOG_', about: 'Export to a syslog server.', pages: ['targets/syslog.md'] },
  { prefix: 'SFP_WEB_', about: 'Export to servers that speak HTTP, and the secrets it takes.', pages: ['targets/http.md', 'targets/secrets.md'] },
  { prefix: 'SFP_KAFKA_', about: 'Kafka, to read from or to write to.', pages: ['targets/kafka.md'] },
  { prefix: 'SFP_ADMIN_', about: 'The endpoint for metrics, health and the live page.', pages: ['monitoring.md'] },
  { prefix: 'SFP_TAP_', about: 'Looking at live records.', pages: ['monitoring.md'] },
  { prefix: 'SFP_SCENARIO_', about: 'Scenarios, of which traces are made for tests.', pages: ['scenarios.md'] },
  { prefix: 'SFP_CREATE_', about: 'The command create, which begins plugins, pipelines and rules.', pages: ['command-line.md'] },
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

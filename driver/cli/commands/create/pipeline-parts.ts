// SPDX-License-Identifier: Apache-2.0
import type { SetupQuestion } from './questions.js'

/** What a pipeline is made of, once everything has been asked. */
export interface PipelineAnswers {
  readonly input: InputName
  /** Nothing: the paths of the command line. */
  readonly path: string | undefined
  /** Nothing: no rules, every record goes on. */
  readonly policies: string | undefined
  readonly mode: string
  readonly target: string
  readonly to: string | undefined
  readonly format: string
  readonly spool: string | undefined
  readonly brokers: string | undefined
}

/** Stands for "none" in answers. */
export const NONE = 'none'

const PATH: SetupQuestion = { label: 'path', flag: '--path', default: NONE }

/** Drivers, and what is to be known of each. */
export const INPUTS = {
  file: { ...PATH, label: `trace or folder that is read (${NONE}: what the command line names)` },
  socket: { ...PATH, label: 'socket that a collector connects to', default: '/var/run/sysflow.sock' },
  otelfile: { ...PATH, label: `file of log records (${NONE}: what the command line names)` },
  otelkafka: { ...PATH, label: 'topic of log records', default: 'otlp_logs' },
} as const satisfies Readonly<Record<string, SetupQuestion>>

export type InputName = keyof typeof INPUTS

export const isOtel = (input: InputName): boolean => input.startsWith('otel')

/** Key of a transport that says where to → what is asked. Other transports need nothing. */
const TARGETS: Readonly<Record<string, readonly [string, Omit<SetupQuestion, 'flag'>]>> = {
  file: ['file.path', { label: 'file that is written', default: 'alerts.json' }],
  syslog: ['syslog.host', { label: 'syslog server', default: 'localhost' }],
  es: ['es.addresses', { label: 'address of the cluster', default: 'http://localhost:9200' }],
  http: ['http.url', { label: 'address that records are posted to', default: 'http://localhost:8080/' }],
  otlp: ['otlp.url', { label: 'address of the collector', default: 'http://localhost:4318/v1/logs' }],
  s3: ['s3.bucket', { label: 'bucket', default: 'telemetry' }],
  kafka: ['kafka.topic', { label: 'topic', default: 'alerts' }],
}

export const targetQuestion = (target: string): SetupQuestion | undefined => {
  const question = TARGETS[target]?.[1]
  return question && { ...question, flag: '--to' }
}

/** The pipeline file as an object; `schema`: where the schema of such files is, seen from it. */
export function pipelineOf(answers: PipelineAnswers, schema: string): object {
  const [raw, evaluated] = isOtel(answers.input)
    ? (['logs otelchan', 'alerts otelchan'] as const)
    : (['flat flattenerchan', 'events eventchan'] as const)
  const drivers = driversOf(answers)
  return {
    $schema: schema,
    ...(drivers && { drivers }),
    pipeline: [
      ...(isOtel(answers.input)
        ? []
        : [{ processor: 'sysflowreader', handler: 'flattener', in: 'sysflow sysflowchan', out: raw }]),
      ...(answers.policies === undefined
        ? []
        : [{ processor: 'policyengine', in: raw, out: evaluated, mode: answers.mode, policies: answers.policies }]),
      { processor: 'exporter', in: answers.policies === undefined ? raw : evaluated, ...exporterOf(answers) },
    ],
  }
}

/** The command line names what the file driver reads, where nothing else is said. */
function driversOf({ input, path, brokers }: PipelineAnswers): object[] | undefined {
  if (input === 'otelkafka')
    return [
      {
        driver: input,
        out: 'logs otelchan',
        'kafka.topics': [path],
        'kafka.config': { 'bootstrap.servers': brokers, 'group.id': 'sfprocessor' },
      },
    ]
  if (input === 'file' && path === undefined) return undefined
  return [{ driver: input, ...(path !== undefined && { path }), out: isOtel(input) ? 'logs otelchan' : 'sysflow sysflowchan' }]
}

function exporterOf({ target, to, format, spool, brokers }: PipelineAnswers): object {
  const [key] = TARGETS[target] ?? []
  return {
    export: target,
    ...(target !== 'null' && { format }),
    ...(key !== undefined && to !== undefined && { [key]: to }),
    ...(target === 'kafka' && { 'kafka.config': { 'bootstrap.servers': brokers } }),
    ...(spool !== undefined && { 'spool.path': spool }),
  }
}

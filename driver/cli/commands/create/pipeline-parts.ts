// SPDX-License-Identifier: Apache-2.0
import type { SetupQuestion } from './questions.js'

/** The answers that determine a pipeline. */
export interface PipelineAnswers {
  readonly input: InputName
  /** Undefined: the paths of the command line. */
  readonly path: string | undefined
  /** Undefined: no rules, every record is exported. */
  readonly policies: string | undefined
  readonly mode: string
  readonly target: string
  readonly to: string | undefined
  readonly format: string
  readonly spool: string | undefined
  readonly brokers: string | undefined
}

/** The answer that means none. */
export const NONE = 'none'

const PATH: SetupQuestion = { label: 'path', flag: '--path', default: NONE }

/** Drivers, and the question about the input of each. */
export const INPUTS = {
  file: { ...PATH, label: `trace or directory to read (${NONE}: paths of the command line)` },
  socket: { ...PATH, label: 'socket that the collector connects to', default: '/var/run/sysflow.sock' },
  otelfile: { ...PATH, label: `file of log records (${NONE}: paths of the command line)` },
  otelkafka: { ...PATH, label: 'topic of log records', default: 'otlp_logs' },
} as const satisfies Readonly<Record<string, SetupQuestion>>

export type InputName = keyof typeof INPUTS

export const isOtel = (input: InputName): boolean => input.startsWith('otel')

/** Transport → its option for the target, and the question about it. Other transports have none. */
const TARGETS: Readonly<Record<string, readonly [string, Omit<SetupQuestion, 'flag'>]>> = {
  file: ['file.path', { label: 'file to write', default: 'alerts.json' }],
  syslog: ['syslog.host', { label: 'syslog server', default: 'localhost' }],
  es: ['es.addresses', { label: 'address of the cluster', default: 'http://localhost:9200' }],
  http: ['http.url', { label: 'URL of the HTTP server', default: 'http://localhost:8080/' }],
  otlp: ['otlp.url', { label: 'address of the collector', default: 'http://localhost:4318/v1/logs' }],
  s3: ['s3.bucket', { label: 'bucket', default: 'telemetry' }],
  kafka: ['kafka.topic', { label: 'topic', default: 'alerts' }],
}

export const targetQuestion = (target: string): SetupQuestion | undefined => {
  const question = TARGETS[target]?.[1]
  return question && { ...question, flag: '--to' }
}

/** The pipeline file as an object. `schema`: path of the schema of pipeline files, relative to the file. */
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

/** Undefined: the file driver reads the paths of the command line. */
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

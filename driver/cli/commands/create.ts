// SPDX-License-Identifier: Apache-2.0

import type { CommandDefinition, CommandOption } from '../../../core/contract/command.js'
import { PRIORITIES } from '../../../core/contract/evaluated-batch.js'
import { PLUGIN_KINDS } from '../../../core/contract/plugin.js'
import type { ProcessContext } from '../../process/process-context.js'

const YES_OPTION: CommandOption = { flags: '-y, --yes', description: 'ask nothing: what is not given is as by default' }

const createPlugin: CommandDefinition<ProcessContext> = {
  name: 'plugin',
  summary: 'a folder with a plugin in TypeScript: its source, a test, a pipeline that uses it',
  arguments: [{ name: '[name]', description: 'what pipeline files and rules will call it' }],
  options: [
    { flags: '--kind <kind>', description: 'what it is', choices: PLUGIN_KINDS },
    { flags: '--dir <folder>', description: 'new folder that it is written to (default: its name)' },
    YES_OPTION,
  ],
  examples: [
    {
      line: 'sfprocessor create plugin --kind action ticket',
      description: 'begin an action that rules name as ticket, in the folder ticket',
    },
  ],
  run: async (invocation, context) => (await import('./create/plugin.js')).createPlugin(invocation, context),
}

const createPipeline: CommandDefinition<ProcessContext> = {
  name: 'pipeline',
  summary: 'a pipeline file: input, rules, target',
  arguments: [],
  options: [
    {
      flags: '-o, --output <file>',
      description: 'new file that it is written to, - for standard output (default: pipeline.json)',
    },
    { flags: '--input <driver>', description: 'what brings records in', choices: ['file', 'socket', 'otelfile', 'otelkafka'] },
    { flags: '--path <path>', description: 'what the input reads: a trace or folder, a socket, a topic' },
    { flags: '--policies <path>', description: 'rule file or folder; none: every record goes on' },
    { flags: '--mode <mode>', description: 'alerts alone, or every record with what was judged', choices: ['alert', 'enrich'] },
    { flags: '--export <transport>', description: 'where records go: terminal, file, syslog, es, http, otlp, s3, kafka, null' },
    { flags: '--to <place>', description: 'the file, server, address, bucket or topic of the target' },
    { flags: '--format <format>', description: 'how records are written: json, ecs, otel, pretty' },
    { flags: '--spool <folder>', description: 'where records wait while the target is away' },
    { flags: '--brokers <list>', description: 'for Kafka: host:port, several with commas between' },
    YES_OPTION,
  ],
  examples: [
    {
      line: 'sfprocessor create pipeline --export file --to alerts.json --yes',
      description: 'alerts of the shipped rules, to a file',
    },
    {
      line: 'sfprocessor create pipeline --input socket --export syslog --to log.example -o edge.json --yes',
      description: 'records of a collector, alerts to a syslog server',
    },
  ],
  run: async (invocation, context) => (await import('./create/pipeline.js')).createPipeline(invocation, context),
}

const createRule: CommandDefinition<ProcessContext> = {
  name: 'rule',
  summary: 'a rule, once its condition is right, and for SysFlow records scenarios to prove it with',
  arguments: [{ name: '[name]', description: 'what alerts will call it' }],
  options: [
    { flags: '--condition <text>', description: 'when it matches' },
    { flags: '--desc <text>', description: 'what it is about (default: its name)' },
    { flags: '--priority <word>', description: 'how severe a match is (default: warning)', choices: PRIORITIES },
    { flags: '--tags <list>', description: 'with commas between' },
    { flags: '--prefilter <types>', description: 'record types that it is about, for example PE, with commas between' },
    {
      flags: '--type <type>',
      description: 'channel type of the records that it is about, for example otelchan (default: flattenerchan)',
    },
    { flags: '--config <file>', description: 'pipeline file whose plugins bring further channel types' },
    {
      flags: '--dir <folder>',
      description: 'folder of the rule file; its scenarios go to the folder tests in it (default: here)',
    },
    YES_OPTION,
  ],
  examples: [
    {
      line: 'sfprocessor create rule "Shell started" --condition "sf.opflags = EXEC and sf.proc.name in (sh, bash)" --prefilter PE',
      description: 'a rule in shell-started.yaml',
    },
  ],
  run: async (invocation, context) => (await import('./create/rule.js')).createRule(invocation, context),
}

export const createCommand: CommandDefinition<ProcessContext> = {
  name: 'create',
  summary: 'begin a plugin, a pipeline or a rule; on a terminal, what is not given is asked for',
  arguments: [],
  options: [],
  commands: [createPlugin, createPipeline, createRule],
}

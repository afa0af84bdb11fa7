// SPDX-License-Identifier: Apache-2.0

import type { CommandDefinition, CommandOption } from '../../../core/contract/command.js'
import { PRIORITIES } from '../../../core/contract/evaluated-batch.js'
import { PLUGIN_KINDS } from '../../../core/contract/plugin.js'
import type { ProcessContext } from '../../process/process-context.js'

const YES_OPTION: CommandOption = { flags: '-y, --yes', description: 'do not ask; use the defaults for missing values' }

const createPlugin: CommandDefinition<ProcessContext> = {
  name: 'plugin',
  summary: 'create a plugin in TypeScript: source, test and example pipeline',
  arguments: [{ name: '[name]', description: 'name of the plugin in pipeline files and rules' }],
  options: [
    { flags: '--kind <kind>', description: 'kind of the plugin', choices: PLUGIN_KINDS },
    { flags: '--dir <dir>', description: 'new directory of the plugin (default: its name)' },
    YES_OPTION,
  ],
  examples: [
    {
      line: 'sfprocessor create plugin --kind action ticket',
      description: 'create the action "ticket" in the directory ticket',
    },
  ],
  run: async (invocation, context) => (await import('./create/plugin.js')).createPlugin(invocation, context),
}

const createPipeline: CommandDefinition<ProcessContext> = {
  name: 'pipeline',
  summary: 'create a pipeline file: input, rules, target',
  arguments: [],
  options: [
    {
      flags: '-o, --output <file>',
      description: 'new file, - for standard output (default: pipeline.json)',
    },
    { flags: '--input <driver>', description: 'input driver', choices: ['file', 'socket', 'otelfile', 'otelkafka'] },
    { flags: '--path <path>', description: 'what the input reads: a trace or directory, a socket, a topic' },
    { flags: '--policies <path>', description: 'rule file or directory; none: all records pass' },
    {
      flags: '--mode <mode>',
      description: 'alert: only alerts; enrich: all records, with their matches',
      choices: ['alert', 'enrich'],
    },
    {
      flags: '--export <transport>',
      description: 'transport of the target: terminal, file, syslog, es, http, otlp, s3, kafka, null',
    },
    { flags: '--to <place>', description: 'file, server, address, bucket or topic of the target' },
    { flags: '--format <format>', description: 'output format: json, ecs, otel, pretty' },
    { flags: '--spool <dir>', description: 'directory where records wait while the target is unavailable' },
    { flags: '--brokers <list>', description: 'Kafka brokers: host:port, separated by commas' },
    YES_OPTION,
  ],
  examples: [
    {
      line: 'sfprocessor create pipeline --export file --to alerts.json --yes',
      description: 'write alerts of the shipped rules to a file',
    },
    {
      line: 'sfprocessor create pipeline --input socket --export syslog --to log.example -o edge.json --yes',
      description: 'receive records from a collector, send alerts to a syslog server',
    },
  ],
  run: async (invocation, context) => (await import('./create/pipeline.js')).createPipeline(invocation, context),
}

const createRule: CommandDefinition<ProcessContext> = {
  name: 'rule',
  summary: 'create a rule: its condition is checked first; for SysFlow records, test scenarios are created too',
  arguments: [{ name: '[name]', description: 'name of the rule in alerts' }],
  options: [
    { flags: '--condition <text>', description: 'condition of the rule' },
    { flags: '--desc <text>', description: 'description of the rule (default: its name)' },
    { flags: '--priority <word>', description: 'priority of the rule (default: warning)', choices: PRIORITIES },
    { flags: '--tags <list>', description: 'tags, separated by commas' },
    { flags: '--prefilter <types>', description: 'record types of the rule, for example PE, separated by commas' },
    {
      flags: '--type <type>',
      description: 'channel type of the records, for example otelchan (default: flattenerchan)',
    },
    { flags: '--config <file>', description: 'pipeline file; the channel types of its plugins are allowed too' },
    {
      flags: '--dir <dir>',
      description: 'directory of the rule file (default: current directory); scenarios go to its subdirectory tests',
    },
    YES_OPTION,
  ],
  examples: [
    {
      line: 'sfprocessor create rule "Shell started" --condition "sf.opflags = EXEC and sf.proc.name in (sh, bash)" --prefilter PE',
      description: 'create a rule in shell-started.yaml',
    },
  ],
  run: async (invocation, context) => (await import('./create/rule.js')).createRule(invocation, context),
}

export const createCommand: CommandDefinition<ProcessContext> = {
  name: 'create',
  summary: 'create a plugin, a pipeline or a rule; on a terminal, the command asks for missing values',
  arguments: [],
  options: [],
  commands: [createPlugin, createPipeline, createRule],
}

// SPDX-License-Identifier: Apache-2.0
import type { FaultCode } from '../../../../core/errors/catalogue.js'

/** What most often leads to an error, the likeliest first, where its own sentence cannot say. */
export const CAUSES: Readonly<Partial<Record<FaultCode, readonly string[]>>> = {
  SFP_CONFIG_UNREADABLE: [
    'The name is relative and the program was started from another folder.',
    'The file belongs to another user: a service often runs as one of its own.',
  ],
  SFP_CONFIG_SYNTAX: ['A comma is missing or stands before a closing bracket.', 'A text is in single quotes.'],
  SFP_CONFIG_UNKNOWN_KEY: [
    'The key is mistyped.',
    'It belongs to another stage, or to a transport that this release calls differently (docs/migrating.md).',
    'It is a setting of a plugin that was not loaded: look at -plugdir, or at "plugins" in the pipeline file.',
  ],
  SFP_CONFIG_UNKNOWN_VARIABLE: ['A variable of another program begins like the name of a stage. Then this is harmless.'],
  SFP_PIPELINE_UNKNOWN_PROCESSOR: [
    'The name is mistyped.',
    'It comes with a plugin that was not found: look at -plugdir, or at "plugins" in the pipeline file.',
  ],
  SFP_PIPELINE_UNKNOWN_DRIVER: ['The name is mistyped.', 'It comes with a plugin that was not found: look at -driverdir.'],
  SFP_PIPELINE_NO_PATH: ['No trace stands behind the options.', 'An option with a value has taken the path as its value.'],
  SFP_CHANNEL_WITHOUT_SENDER: ['The name differs from that under "out" of the stage before, perhaps in one letter.'],
  SFP_CHANNEL_WITHOUT_RECEIVER: ['The name differs from that under "in" of the stage behind, perhaps in one letter.'],
  SFP_CHANNEL_WRONG_TYPE: ['A stage was left out: an exporter reads what a policyengine has judged, not what a driver sends.'],
  SFP_RUN_STUCK: [
    'A target takes no records and the exporter waits for it: keep records on disk with "spool.path".',
    'A plugin does not look at the signal that it is given.',
  ],
  SFP_RUN_DRAIN_DEADLINE: [
    'The target is slow or away: give it more time with -drain, or keep records on disk with "spool.path".',
  ],
  SFP_RUN_WORKER_LOST: ['The machine ran out of memory. Each thread needs some of its own.'],
  SFP_PLUGIN_BROKEN: [
    'It is written in TypeScript and was not compiled.',
    'It imports a package that is not installed beside it.',
    'It is a CommonJS module with an import in it, or the reverse: say "type": "module" in its package.json.',
  ],
  SFP_PLUGIN_SHAPE: ['The module has a default export only.', 'The plugin lacks contract, kind, name, options or create.'],
  SFP_PLUGIN_FAILED: [
    'A fault of the plugin, at the place that is told.',
    'It was given a setting or a record that it does not expect.',
  ],
  SFP_PLUGIN_STRAY: ['A promise is not awaited.', 'A timer or a listener throws.'],
  SFP_POLICY_UNKNOWN_ATTRIBUTE: [
    'The name is mistyped: sfprocessor list attributes tells all of them.',
    'It is a field of another program that has no counterpart here (docs/attributes.md tells which).',
  ],
  SFP_POLICY_NOT_FOUND: ['A relative path starts from the current folder, then from that of the pipeline file.'],
  SFP_POLICY_NOT_YAML: [
    'Lines are indented with tabs.',
    'A condition holds ": " or begins with a quote, and is not quoted itself.',
  ],
  SFP_ENGINE_NO_POLICIES: ['The pipeline was meant to pass all records on: that is mode enrich.'],
  SFP_ENGINE_NOT_RELOADED: [
    'The file was saved with a mistake: the fault before this one tells which. What was in force stays so.',
  ],
  SFP_INPUT_PATH: ['A command was mistyped and taken for a path.', 'The path is relative to another folder.'],
  SFP_SYSFLOW_NOT_AVRO: ['The file is compressed as a whole (gzip, zip).', 'It is a log or a trace of another program.'],
  SFP_SYSFLOW_CUT: [
    'The collector still writes it: read a growing file with the driver\'s "follow".',
    'The disk was full, or the copy broke off.',
  ],
  SFP_SYSFLOW_DAMAGED: ['The disk or a transfer has changed bytes. Other copies of the trace may be whole.'],
  SFP_SOCKET_IN_USE: ['Another sfprocessor serves the same socket.'],
  SFP_SOCKET_LISTEN: ['The folder belongs to root, and this process does not run as root.'],
  SFP_EXPORT_CLOSED: [
    'The program behind the pipe has ended, as head does. What it did not read is lost, so the exit status is 1.',
  ],
  SFP_EXPORT_FILE_OPEN: ['The folder does not exist: it is not made.', 'The user of this process may not write there.'],
  SFP_EXPORT_FOR_PEOPLE: ['"format" was set to pretty for a file or a server. Programs read those.'],
  SFP_DELIVERY_GIVEN_UP: ['The server was away for longer than "retry.seconds".'],
  SFP_DELIVERY_REFUSED: ['The server is configured for other fields or types: its own log tells more.'],
  SFP_SPOOL_OWNED: ['Two exporters name one folder.', 'The program before this one has not ended yet.'],
  SFP_SPOOL_FULL: ['The target has been away for long, or is slower than records come.'],
  SFP_SYSLOG_UNREACHABLE: ['A firewall lies between.', 'The server listens on another port, or for UDP only.'],
  SFP_SYSLOG_CERTIFICATE: [
    'The certificate is signed by an authority of your own.',
    'It names the server by another name, or has run out.',
  ],
  SFP_WEB_UNREACHABLE: ['A firewall or proxy lies between.', 'The address lacks its port.'],
  SFP_WEB_CERTIFICATE: [
    'The certificate is signed by an authority of your own.',
    'It names the server by another name, or has run out.',
  ],
  SFP_KAFKA_REACH: [
    'The brokers name themselves by addresses that this machine does not reach.',
    '"security.protocol" is not what the brokers expect.',
  ],
  SFP_ADMIN_UNREACHABLE: ['The process was started without -admin.', 'It listens elsewhere: name the place with -at.'],
  SFP_ADMIN_UNAVAILABLE: ['Another process listens there, perhaps another sfprocessor.'],
}

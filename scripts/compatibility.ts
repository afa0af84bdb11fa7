// SPDX-License-Identifier: Apache-2.0

/** A bug of the original whose fix users of this release can notice. */
export interface FixedQuirk {
  readonly quirk: string
  /** The behaviour of the original. */
  readonly theirs: string
  readonly ours: string
  readonly visible: string
}

/** A difference that is not a bug of the original. */
export interface OtherDifference {
  readonly about: string
  readonly theirs: string
  readonly ours: string
  /** A page with details, relative to docs/. */
  readonly page?: string
}

// biome-ignore format: a table
export const FIXED_QUIRKS: readonly FixedQuirk[] = [
  { quirk: 'Q02', theirs: 'crashes on a network flow without a descriptor', ours: 'the descriptor is 0', visible: 'traces of old collectors' },
  { quirk: 'Q03', theirs: 'reads records of an unknown type, and network events, as a header, and clears its entity tables', ours: 'such records are skipped, counted and reported once', visible: 'traces' },
  { quirk: 'Q04', theirs: 'clears all entity tables after a message that it cannot decode', ours: 'the message is dropped, logged and counted', visible: 'socket' },
  { quirk: 'Q05', theirs: 'fills a message that is too short with bytes of an earlier message', ours: 'the message is dropped', visible: 'socket' },
  { quirk: 'Q06', theirs: 'closes the connection after a message larger than 16384 bytes', ours: 'messages up to 1 MiB (`message.max`) are read; larger messages are dropped and counted, and the connection stays open', visible: 'socket' },
  { quirk: 'Q07', theirs: 'creates the folder of the socket with mode 0600, so no user can access it', ours: 'mode 0700; the socket has `mode` 0660, independent of the umask', visible: 'socket' },
  { quirk: 'Q08', theirs: 'deletes any file or folder at the path of the socket', ours: 'only a stale socket is replaced; anything else is an error', visible: 'socket' },
  { quirk: 'Q09', theirs: 'exits after a signal only when another collector connects', ours: 'exits immediately with status 0 and removes the socket', visible: 'socket' },
  { quirk: 'Q10', theirs: 'keeps newlines and NUL characters at the end of `sf.ke.message` for records from a socket', ours: 'they are removed', visible: 'socket' },
  { quirk: 'Q11', theirs: 'stops reading a file at a damaged or incomplete block, without an error', ours: 'the damage is reported with file and byte offset, the rest is read, exit status 1', visible: 'traces, exit status' },
  { quirk: 'Q12', theirs: 'loses pending records when a later file cannot be read', ours: 'records that were read are delivered, the other files are read, exit status 1', visible: 'traces, exit status' },
  { quirk: 'Q13', theirs: 'opens a subfolder of the input folder as a file and fails', ours: 'subfolders are skipped', visible: 'input folders' },
  { quirk: 'Q14', theirs: 'reads only version 4 from a socket, without `sf.proc.cwd` and `sf.proc.env`', ours: 'all versions, as the header says (`schema.version`)', visible: 'socket' },
  { quirk: 'Q15', theirs: 'crashes when two drivers that write to the same channel end', ours: 'the channel ends when the last driver has ended', visible: 'pipeline files' },
  { quirk: 'Q16', theirs: 'keeps the ancestors of a process as of its first record, also after an exec', ours: 'ancestors are those at the time of the record', visible: '`sf.proc.aname` and related attributes, `sf.pproc.*`, exports' },
  { quirk: 'Q18', theirs: 'loops forever if a process is its own ancestor', ours: 'the list of ancestors ends at the first repetition', visible: 'traces' },
  { quirk: 'Q20', theirs: 'doubles the counters of flows', ours: 'the recorded counters', visible: '`sf.flow.*`, exports' },
  { quirk: 'Q21', theirs: 'reads attributes of another record type from a shared slot', ours: 'they are empty, 0 or false', visible: 'conditions, `file.fd` of exported file events' },
  { quirk: 'Q22', theirs: 'the type of an unknown file is the character U+0000', ours: 'it is empty', visible: '`sf.file.type`, exports' },
  { quirk: 'Q23', theirs: 'the first record type decides between READ and RECV, and between WRITE and SEND', ours: 'RECV and SEND in network flows, READ and WRITE in other records', visible: '`sf.opflags`, exports' },
  { quirk: 'Q24', theirs: 'writes addresses and services of a pod without commas', ours: 'valid JSON', visible: '`sf.pod.*`, exports' },
  { quirk: 'Q25', theirs: 'cuts a literal at `[`, so every text contains `"[x"`', ours: 'the complete literal is compared', visible: 'conditions' },
  { quirk: 'Q26', theirs: '`exists` with a path (`sf.ke.message[kind] exists`) is always true', ours: 'true if the selected value is not empty', visible: 'conditions' },
  { quirk: 'Q27', theirs: '`sf.pproc.uid` and `.gid` are 0 in numeric comparisons', ours: 'their value', visible: 'conditions' },
  { quirk: 'Q28', theirs: '`sf.pproc.tty` and `.entry` are `0` if the parent is unknown', ours: '`false`', visible: 'conditions' },
  { quirk: 'Q29', theirs: '`proc.tty` and `proc.createtime` are the values of the parent', ours: 'the values of the process', visible: 'conditions' },
  { quirk: 'Q30', theirs: 'processes on the host have the container type DOCKER', ours: '`host`', visible: '`sf.container.type`, alerts' },
  { quirk: 'Q32', theirs: 'removes quotes at the start and end of exported texts', ours: 'exports contain the complete text; comparisons still ignore these quotes in attributes', visible: 'exports' },
  { quirk: 'Q33', theirs: 'splits all values and literals at commas', ours: 'only list attributes are compared by element; a text or a quoted literal is one value', visible: 'conditions' },
  { quirk: 'Q35', theirs: 'cuts the path of a socket at a space', ours: 'the complete path', visible: '`sf.file.path` and related attributes, exports' },
  { quirk: 'Q36', theirs: 'documents attributes that do not exist (`sf.proc.cwd`, `sf.proc.env`, `evt.res`, `user.uid`, ...)', ours: 'they exist', visible: 'conditions' },
  { quirk: 'Q39', theirs: 'quoted numbers are 0 in numeric comparisons', ours: 'their value', visible: 'conditions' },
  { quirk: 'Q40', theirs: 'decimal numbers and texts are 0 in numeric comparisons', ours: 'decimal numbers have their value; a text instead of a number is an error', visible: 'conditions' },
  { quirk: 'Q42', theirs: 'does not support negative numbers', ours: 'they are supported', visible: 'conditions' },
  { quirk: 'Q43', theirs: 'reads two empty strings on one line as one long string', ours: 'a string ends at its first closing quote', visible: 'conditions' },
  { quirk: 'Q44', theirs: 'an `output` at the end of a rule hides the next entries', ours: 'all entries are read', visible: 'rule files' },
  { quirk: 'Q45', theirs: '`tags: []` adds one empty tag', ours: 'no tag', visible: 'alerts' },
  { quirk: 'Q46', theirs: 'ignores a `[...]` within `in (...)`', ours: 'its items are members of the list', visible: 'conditions' },
  { quirk: 'Q47', theirs: 'an undefined macro is false, so `not typo` matches everything', ours: 'an error with file, line and column', visible: 'rule files' },
  { quirk: 'Q48', theirs: 'a recursive macro or list overflows the stack', ours: 'an error that shows the cycle', visible: 'rule files' },
  { quirk: 'Q49', theirs: 'crashes if fields of a rule are missing or in an unexpected order', ours: 'any order is valid; a missing field is an error with file, line and column', visible: 'rule files' },
  { quirk: 'Q50', theirs: 'priority `alert` is exported as low', ours: 'as high (3)', visible: 'alerts' },
  { quirk: 'Q51', theirs: '`append` is ignored in macros and an error in lists', ours: 'it appends, as in Falco', visible: 'rule files' },
  { quirk: 'Q55', theirs: 'a misspelt attribute is compared as a text, without an error', ours: 'an error that suggests the nearest name; a Falco field that SysFlow does not provide makes its rule inactive', visible: 'rule files' },
  { quirk: 'Q68', theirs: 'an unknown mode means enrich', ours: 'an error that suggests the nearest value; `filter` and `bypass` of the first release are accepted', visible: 'pipeline files' },
  { quirk: 'Q69', theirs: 'hangs if `concurrency` is 0 or not a number', ours: 'an error; other values are accepted and have no effect', visible: 'pipeline files' },
  { quirk: 'Q70', theirs: 'ignores settings that are numbers or booleans instead of strings', ours: 'all are accepted', visible: 'pipeline files' },
  { quirk: 'Q71', theirs: 'several workers change the order of records', ours: 'the output has the order of the input', visible: 'exports' },
  { quirk: 'Q72', theirs: 'watches other rule files than those that it loads', ours: 'watches the loaded files', visible: '`monitor`' },
  { quirk: 'Q73', theirs: 'the ECS field `event.kind` is always `event`', ours: '`alert` if a rule matched', visible: 'ECS' },
  { quirk: 'Q74', theirs: 'all exporters require Kafka settings', ours: 'they are not required', visible: 'pipeline files' },
  { quirk: 'Q75', theirs: 'does not start with `-driver socket` and a pipeline file without drivers', ours: 'the socket driver writes to the first stage', visible: 'pipeline files' },
  { quirk: 'Q76', theirs: 'environment variables cannot set keys with capital letters', ours: 'names are not case-sensitive', visible: 'environment' },
  { quirk: 'Q78', theirs: 'an unknown `export` or `format` becomes terminal or JSON', ours: 'an error that suggests the nearest value', visible: 'pipeline files' },
  { quirk: 'Q79', theirs: 'reads the documented value `tcp+tls` of `syslog.proto` as plain TCP', ours: 'reads it as `tls`, with a warning', visible: 'pipeline files' },
  { quirk: 'Q80', theirs: 'accepts any TLS certificate of a server', ours: 'certificates are verified', visible: 'syslog over TLS, `es`' },
  { quirk: 'Q81', theirs: 'supports only line feeds as message framing over TCP and TLS', ours: 'octet counting over TLS and optionally over TCP; optionally line feeds over TLS', visible: '`syslog.framing`' },
  { quirk: 'Q82', theirs: 'deletes the export file at startup', ours: 'appends to it; rotation is an option', visible: 'export files' },
  { quirk: 'Q83', theirs: 'writes logs and records to standard output', ours: 'records to standard output, everything else to standard error', visible: 'standard output' },
  { quirk: 'Q84', theirs: '`-test` succeeds even if a health check fails', ours: 'exit status 1', visible: 'exit status' },
  { quirk: 'Q85', theirs: 'a stage without `processor` ends the pipeline, without an error', ours: 'an error with file, line and column', visible: 'pipeline files' },
  { quirk: 'Q86', theirs: 'crashes if a channel has no type', ours: 'an error with file, line and column', visible: 'pipeline files' },
  { quirk: 'Q87', theirs: 'hangs if a stage has several inputs', ours: 'inputs are merged in the order in which records are sent', visible: 'pipeline files' },
  { quirk: 'Q92', theirs: 'writes invalid JSON for a process without known ancestors', ours: '`[]`', visible: 'exports' },
  { quirk: 'Q93', theirs: 'texts of an unknown parent are two quotes', ours: 'empty', visible: 'exports' },
  { quirk: 'Q95', theirs: 'writes all traffic with Elasticsearch to standard output', ours: 'does not write it', visible: 'standard output' },
  { quirk: 'Q96', theirs: '`es.index` is empty by default, but documented as `sysflow`', ours: '`sysflow`', visible: '`es.index`' },
  { quirk: 'Q97', theirs: 'sends Kafka log data in a form that its own driver and collectors cannot read', ours: '`LogsData` as Protocol Buffers or OTLP/JSON; the old form of files can still be read', visible: '`kafka`, `otelfile`' },
  { quirk: 'Q98', theirs: 'can exit before Kafka has received all records', ours: 'a chunk counts as sent when the brokers have acknowledged it', visible: '`kafka`' },
  { quirk: 'Q100', theirs: 'keys and environment variables of its first release have no effect', ours: 'they are accepted, with a warning that names the new key', visible: 'pipeline files, environment' },
]

/** Quirks that are retained because rules and readers rely on them; some log a warning. */
// biome-ignore format: a table
export const RETAINED_QUIRKS: ReadonlyMap<string, string> = new Map([
  ['Q17', 'for one process, a MODIFIED record takes precedence over CREATED, and CREATED over REUP, independent of their times'],
  ['Q19', 'events of unknown processes and files are passed on with empty values (and counted)'],
  ['Q31', 'the command line of a process without arguments ends with a space'],
  ['Q37', 'the name of an unknown process, and the name and folder of an unknown file, is `.`'],
  ['Q41', 'keywords and names of priorities must be quoted to be values (the error message says so)'],
  ['Q52', 'if a macro or list has several definitions, the position of the rule decides which one applies'],
  ['Q53', 'if a key occurs twice, the first value applies (with a warning)'],
  ['Q54', 'an invalid value of `enabled` means true (with a warning)'],
  ['Q77', 'the program sets versions and cluster id; the file and the environment cannot change them (with a warning)'],
  ['Q94', '`privileged` is 0 or 1 in JSON, and true or false in ECS'],
])

/** Parts that this release does not have yet, and their quirks. */
export const PLANNED_PARTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Sigma rules', ['Q38', 'Q56', 'Q57', 'Q58', 'Q59', 'Q60', 'Q61', 'Q62', 'Q63', 'Q64', 'Q65', 'Q66', 'Q67']],
  ['rate limiter: `filter.enabled` must be off', ['Q89', 'Q90', 'Q91']],
  ['example plugins', ['Q99']],
  ['printer and query language', ['Q104', 'Q105', 'Q106', 'Q107', 'Q108']],
])

/** Quirks without a visible effect, and quirks of the first release only that are not reproduced. */
export const INVISIBLE_QUIRKS: readonly string[] = ['Q01', 'Q101', 'Q102', 'Q103']

// biome-ignore format: a table
export const OTHER_DIFFERENCES: readonly OtherDifference[] = [
  { about: 'OpenTelemetry log records', theirs: 'a separate program, selected at compile time; rules evaluate a resource with all its records; only `False` is false', ours: 'the same program; rules evaluate each log record; `false` is false too', page: 'opentelemetry.md' },
  { about: 'Elasticsearch', theirs: 'a record that already exists counts as failed; failed records are not sent again', ours: 'an existing record counts as success; records with a temporary failure are sent again, each separately', page: 'targets/elasticsearch.md' },
  { about: 'Syslog', theirs: 'the application is the path of the program; a line break in a record starts another message; a record that fails twice is lost', ours: 'the application is `sfprocessor`, or `syslog.app`; control characters are escaped; records are sent again for `retry.seconds`, and with `syslog.confirm` until the server has read them', page: 'targets/syslog.md' },
  { about: 'Falco field names', theirs: '`fd.name` is the base name, `fd.sip` the source, `fd.l4proto` a number, `proc.cmdline` contains the full path, `proc.aname` the process itself, `evt.rawres` is the record type', ours: 'they have the meaning that Falco documents', page: 'decisions/falco-names.md' },
  { about: 'Falco fields that SysFlow does not provide', theirs: 'texts that equal nothing, so `not user.loginuid = 5` is always true', ours: 'neither true nor false; a rule that needs such a field is reported as inactive', page: 'decisions/unavailable-fields.md' },
  { about: 'Use before definition', theirs: 'a macro or list that a later file defines is unknown', ours: 'it is found; within a file, and for earlier files, the same definition applies as in the original', page: 'rules.md' },
  { about: 'Kubernetes attributes', theirs: '`sf.ke.action` and `sf.ke.kind` of other records are K8S_COMPONENT_ADDED and K8S_NODES', ours: 'they are empty', page: 'attributes.md' },
  { about: 'Rule files', theirs: 'are read by a grammar of the original only', ours: 'are read as YAML, with block lists, anchors and comments; invalid YAML is read by that grammar, with a warning', page: 'rules.md' },
  { about: 'Errors in rule files', theirs: 'many are ignored or only logged', ours: 'all errors of all files are reported together, each with file, line and column', page: 'rules.md' },
  { about: 'Additional operators', theirs: 'none', ours: '`glob` and `regex` (RE2 syntax)', page: 'rules.md' },
  { about: 'Common misspellings in existing rule files', theirs: 'compared as texts', ours: '`sf.proc.username`, `sf.schema` and a few more are read as the intended attribute, with a warning', page: 'attributes.md' },
  { about: 'Service and image', theirs: 'the service runs as root and is killed; the image has a shell command as default and is based on Red Hat UBI', ours: 'the service runs as an unprivileged user and stops on SIGTERM; arguments of a container are passed to the program; the image is based on Debian and has a health check', page: 'deployment.md' },
  { about: 'Order of traces in a folder', theirs: 'alphabetical order: `t.10` before `t.2`', ours: 'natural order: `t.2` before `t.10`; the same order for names of equal length', page: 'components/driver-file.md' },
  { about: 'Unknown settings', theirs: 'ignored', ours: 'an error that suggests the nearest key', page: 'pipeline.md' },
  { about: 'Keys of release 0.1.0', theirs: '`path`, `proto`, `tag`, `source`, `host` and `port` have no effect; the modes `filter` and `bypass` mean enrich', ours: 'accepted with a warning; `bypass` means enrich without rules; `type` accepts `telemetry`, `alert` and `batch` (no effect), or the name of a transport', page: 'components/processor-exporter.md' },
  { about: 'JSON of release 0.1.0', theirs: '`flat` and `batch` are removed', ours: '`flat` writes JSON of one level again; the grouped form of `batch` is not supported', page: 'components/processor-exporter.md' },
  { about: 'Option `-input`', theirs: 'unknown', ours: 'accepted as the old name of `-driver`', page: 'command-line.md' },
  { about: 'End of a run', theirs: 'no record accounting', ours: 'the record counts of every stage are printed and checked; exit status 3 if they do not add up', page: 'decisions/ledger.md' },
]

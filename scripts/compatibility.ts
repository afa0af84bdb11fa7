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
  { quirk: 'Q02', theirs: 'crashes on network flows without a descriptor', ours: 'their descriptor is 0', visible: 'traces of old collectors' },
  { quirk: 'Q03', theirs: 'reads records of unknown types and network events as headers, which clears its tables', ours: 'they are skipped, logged once and counted', visible: 'traces' },
  { quirk: 'Q04', theirs: 'clears all its tables after an undecodable message', ours: 'the message is dropped, logged and counted', visible: 'socket' },
  { quirk: 'Q05', theirs: 'fills a short message with bytes of an earlier message', ours: 'a message that is too short is dropped', visible: 'socket' },
  { quirk: 'Q06', theirs: 'closes the connection at a message above 16384 bytes', ours: 'messages of up to 1 MiB (`message.max`) are read, longer ones dropped and counted, and the connection stays', visible: 'socket' },
  { quirk: 'Q07', theirs: 'creates the socket directory with mode 0600, so it is not accessible', ours: 'mode 0700; the socket itself has `mode` 0660, whatever the umask', visible: 'socket' },
  { quirk: 'Q08', theirs: 'deletes any existing file or directory at the socket path', ours: 'only an unused socket is replaced; anything else is an error', visible: 'socket' },
  { quirk: 'Q09', theirs: 'after a signal, ends only when another collector connects', ours: 'ends immediately with status 0 and removes the socket', visible: 'socket' },
  { quirk: 'Q10', theirs: 'keeps trailing newlines and NULs in `sf.ke.message` from a socket', ours: 'they are removed', visible: 'socket' },
  { quirk: 'Q11', theirs: 'silently ends the file at a damaged or incomplete block', ours: 'the damage is reported with file and byte, everything else is read, exit status 1', visible: 'traces, exit status' },
  { quirk: 'Q12', theirs: 'loses pending records if a later file cannot be read', ours: 'what was read is delivered, the other files are read, exit status 1', visible: 'traces, exit status' },
  { quirk: 'Q13', theirs: 'fails on a subdirectory of the input directory', ours: 'subdirectories are skipped', visible: 'input directories' },
  { quirk: 'Q14', theirs: 'reads version 4 from a socket, without `sf.proc.cwd` and `sf.proc.env`', ours: 'every version, detected from the header (`schema.version`)', visible: 'socket' },
  { quirk: 'Q15', theirs: 'crashes when two drivers with one channel end', ours: 'the channel ends with the last driver', visible: 'pipeline files' },
  { quirk: 'Q16', theirs: 'keeps the ancestors of a process from its first record, even after they execute another program', ours: 'ancestors are as they were at the time of the record', visible: '`sf.proc.aname` and its relatives, `sf.pproc.*`, exports' },
  { quirk: 'Q18', theirs: 'hangs on processes that are their own ancestors', ours: 'the list of ancestors ends at the cycle', visible: 'traces' },
  { quirk: 'Q20', theirs: 'doubles the counters of flows', ours: 'the recorded counters', visible: '`sf.flow.*`, exports' },
  { quirk: 'Q21', theirs: 'returns unrelated values for attributes of another record type', ours: 'they are empty, 0 or false', visible: 'conditions, `file.fd` of exported file events' },
  { quirk: 'Q22', theirs: 'returns the character U+0000 as type of an unknown file', ours: 'it is empty', visible: '`sf.file.type`, exports' },
  { quirk: 'Q23', theirs: 'uses READ or RECV, WRITE or SEND depending on the first record type', ours: 'RECV and SEND in network flows, READ and WRITE elsewhere', visible: '`sf.opflags`, exports' },
  { quirk: 'Q24', theirs: 'writes addresses and services of a pod without separating commas', ours: 'valid JSON', visible: '`sf.pod.*`, exports' },
  { quirk: 'Q25', theirs: 'truncates literals at `[`, so every string contains `"[x"`', ours: 'literals are compared completely', visible: 'conditions' },
  { quirk: 'Q26', theirs: '`exists` with a path (`sf.ke.message[kind] exists`) is always true', ours: 'true if the selected value is not empty', visible: 'conditions' },
  { quirk: 'Q27', theirs: '`sf.pproc.uid` and `.gid` are 0 in numeric comparisons', ours: 'their value', visible: 'conditions' },
  { quirk: 'Q28', theirs: '`sf.pproc.tty` and `.entry` are `0` if the parent is unknown', ours: '`false`', visible: 'conditions' },
  { quirk: 'Q29', theirs: '`proc.tty` and `proc.createtime` are those of the parent', ours: 'those of the process', visible: 'conditions' },
  { quirk: 'Q30', theirs: 'sets the container type DOCKER for processes on the host', ours: '`host`', visible: '`sf.container.type`, alerts' },
  { quirk: 'Q32', theirs: 'removes enclosing quotes from exported strings', ours: 'exports contain the complete string; comparisons still ignore enclosing quotes of attributes', visible: 'exports' },
  { quirk: 'Q33', theirs: 'splits every value and literal at commas', ours: 'only list attributes match by element; a string or a quoted literal is one value', visible: 'conditions' },
  { quirk: 'Q35', theirs: 'truncates the socket path at a space', ours: 'the complete path', visible: '`sf.file.path` and its relatives, exports' },
  { quirk: 'Q36', theirs: 'documents attributes that it does not have (`sf.proc.cwd`, `sf.proc.env`, `evt.res`, `user.uid`, ...)', ours: 'they exist', visible: 'conditions' },
  { quirk: 'Q39', theirs: 'reads quoted numbers as 0 in numeric comparisons', ours: 'their value', visible: 'conditions' },
  { quirk: 'Q40', theirs: 'reads decimals and strings as 0 in numeric comparisons', ours: 'decimals have their value; a string is an error', visible: 'conditions' },
  { quirk: 'Q42', theirs: 'cannot read negative numbers', ours: 'they are valid values', visible: 'conditions' },
  { quirk: 'Q43', theirs: 'reads two empty strings on one line as one long string', ours: 'a string ends at its first closing quote', visible: 'conditions' },
  { quirk: 'Q44', theirs: 'an `output` at the end of a rule hides the next entries', ours: 'every entry is read', visible: 'rule files' },
  { quirk: 'Q45', theirs: '`tags: []` gives one empty tag', ours: 'no tag', visible: 'alerts' },
  { quirk: 'Q46', theirs: 'a `[...]` within `in (...)` is ignored', ours: 'its items are members', visible: 'conditions' },
  { quirk: 'Q47', theirs: 'an undefined macro is false, so `not typo` matches everything', ours: 'an error with file and line', visible: 'rule files' },
  { quirk: 'Q48', theirs: 'a recursive macro or list overflows the stack', ours: 'an error that shows the cycle', visible: 'rule files' },
  { quirk: 'Q49', theirs: 'some rules with missing or reordered fields crash the program', ours: 'fields can have any order; a missing field is an error with file and line', visible: 'rule files' },
  { quirk: 'Q50', theirs: 'priority `alert` is exported as low', ours: 'as high (3)', visible: 'alerts' },
  { quirk: 'Q51', theirs: '`append` is ignored in macros and an error in lists', ours: 'it appends, as in Falco', visible: 'rule files' },
  { quirk: 'Q55', theirs: 'a misspelled attribute is silently compared as a string', ours: 'an error with the nearest name; an unsupported Falco field makes its rule inactive', visible: 'rule files' },
  { quirk: 'Q68', theirs: 'an unknown mode means enrich', ours: 'an error with the nearest word; `filter` and `bypass` of the first release are accepted', visible: 'pipeline files' },
  { quirk: 'Q69', theirs: 'hangs if `concurrency` is 0 or not a number', ours: 'an error; other values are accepted and have no effect', visible: 'pipeline files' },
  { quirk: 'Q70', theirs: 'ignores numbers and booleans as settings; only strings work', ours: 'both are accepted', visible: 'pipeline files' },
  { quirk: 'Q71', theirs: 'several workers change the order of records', ours: 'the output has the order of the input', visible: 'exports' },
  { quirk: 'Q72', theirs: 'watches a different set of rule files than it loads', ours: 'all loaded files are watched', visible: '`monitor`' },
  { quirk: 'Q73', theirs: 'the ECS `event.kind` is always `event`', ours: '`alert` if a rule matched', visible: 'ECS' },
  { quirk: 'Q74', theirs: 'every exporter requires Kafka settings', ours: 'they are not required', visible: 'pipeline files' },
  { quirk: 'Q75', theirs: 'does not start with `-driver socket` and a pipeline file without drivers', ours: 'the socket driver writes to the first stage', visible: 'pipeline files' },
  { quirk: 'Q76', theirs: 'the environment cannot reach settings with capital letters', ours: 'letter case does not matter', visible: 'environment' },
  { quirk: 'Q78', theirs: 'an unknown `export` or `format` becomes terminal or JSON', ours: 'an error with the nearest word', visible: 'pipeline files' },
  { quirk: 'Q79', theirs: 'reads the documented `syslog.proto` value `tcp+tls` as plain TCP', ours: 'it means `tls` (with a warning)', visible: 'pipeline files' },
  { quirk: 'Q80', theirs: 'accepts any TLS certificate of a server', ours: 'certificates are verified', visible: 'syslog over TLS, `es`' },
  { quirk: 'Q81', theirs: 'uses only line feeds as framing over TCP and TLS', ours: 'octet counting over TLS and line feeds over TCP; both are configurable', visible: '`syslog.framing`' },
  { quirk: 'Q82', theirs: 'deletes the export file when it starts', ours: 'appends to it; rotation is an option', visible: 'export files' },
  { quirk: 'Q83', theirs: 'writes logs and records to standard output', ours: 'records to standard output, everything else to standard error', visible: 'standard output' },
  { quirk: 'Q84', theirs: '`-test` succeeds even if a health check fails', ours: 'exit status 1', visible: 'exit status' },
  { quirk: 'Q85', theirs: 'a stage without `processor` silently ends the pipeline', ours: 'an error with file and line', visible: 'pipeline files' },
  { quirk: 'Q86', theirs: 'crashes on a channel without a type', ours: 'an error with file and line', visible: 'pipeline files' },
  { quirk: 'Q87', theirs: 'hangs if a stage has several inputs', ours: 'inputs are merged in send order', visible: 'pipeline files' },
  { quirk: 'Q92', theirs: 'writes invalid JSON for a process without known ancestors', ours: '`[]`', visible: 'exports' },
  { quirk: 'Q93', theirs: 'writes strings of an unknown parent as two quotes', ours: 'as empty', visible: 'exports' },
  { quirk: 'Q95', theirs: 'prints all Elasticsearch traffic to standard output', ours: 'prints nothing', visible: 'standard output' },
  { quirk: 'Q96', theirs: '`es.index` is empty by default, although the documentation says `sysflow`', ours: '`sysflow`', visible: '`es.index`' },
  { quirk: 'Q97', theirs: 'sends Kafka log data in a format that no driver can read, including its own', ours: '`LogsData` as protocol buffers or OTLP/JSON; the old file format is still supported', visible: '`kafka`, `otelfile`' },
  { quirk: 'Q98', theirs: 'can end before Kafka has all messages', ours: 'a chunk counts as sent when the brokers have acknowledged it', visible: '`kafka`' },
  { quirk: 'Q100', theirs: 'the keys and environment variables of its first release have no effect', ours: 'they are accepted, with a warning that names the new key', visible: 'pipeline files, environment' },
]

/** Quirks that are retained because rules and readers rely on them; some cause a warning. */
// biome-ignore format: a table
export const RETAINED_QUIRKS: ReadonlyMap<string, string> = new Map([
  ['Q17', 'for the records of one process, MODIFIED has priority over CREATED, and CREATED over REUP, independent of time'],
  ['Q19', 'events of unknown processes and files are output with empty values (and counted)'],
  ['Q31', 'the command line of a process without arguments ends with a space'],
  ['Q37', 'the name of an unknown process, and the name and directory of an unknown file, is `.`'],
  ['Q41', 'keywords and priority names are values only in quotes (the error message explains this)'],
  ['Q52', 'if a name has several definitions, the position of the rule selects one'],
  ['Q53', 'of a duplicate key, the first one is used (with a warning)'],
  ['Q54', 'an invalid `enabled` value means true (with a warning)'],
  ['Q77', 'the program sets versions and cluster id; they override the file and the environment (with a warning)'],
  ['Q94', '`privileged` is 0 or 1 in JSON and true or false in ECS'],
])

/** Parts that this release does not have yet, and their quirks. */
export const PLANNED_PARTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Sigma rules', ['Q38', 'Q56', 'Q57', 'Q58', 'Q59', 'Q60', 'Q61', 'Q62', 'Q63', 'Q64', 'Q65', 'Q66', 'Q67']],
  ['rate limiter: `filter.enabled` may only be off', ['Q89', 'Q90', 'Q91']],
  ['example plugins', ['Q99']],
  ['printer and query language', ['Q104', 'Q105', 'Q106', 'Q107', 'Q108']],
])

/** Quirks without a visible effect, and quirks of the first release only that are not reproduced. */
export const INVISIBLE_QUIRKS: readonly string[] = ['Q01', 'Q101', 'Q102', 'Q103']

// biome-ignore format: a table
export const OTHER_DIFFERENCES: readonly OtherDifference[] = [
  { about: 'Log records of OpenTelemetry', theirs: 'a separate program, selected at compile time; rules evaluate a resource with all its records; only `False` is false', ours: 'the same program; rules evaluate each log record; `false` is also false', page: 'opentelemetry.md' },
  { about: 'Elasticsearch', theirs: 'an existing record counts as failed; failed records are never retried', ours: 'an existing record counts as delivered; temporary failures are retried per record', page: 'targets/elasticsearch.md' },
  { about: 'Syslog', theirs: 'the application name is the program path; a line break in a record starts another message; a record that fails twice is lost', ours: 'it is `sfprocessor`, or `syslog.app`; control characters are escaped; records are sent again for `retry.seconds`, and with `syslog.confirm` until the server has read them', page: 'targets/syslog.md' },
  { about: 'Names of Falco', theirs: '`fd.name` is the base name, `fd.sip` the source, `fd.l4proto` a number, `proc.cmdline` has the whole path, `proc.aname` the process itself, `evt.rawres` is the record type', ours: 'they have the meaning that Falco documents', page: 'decisions/falco-names.md' },
  { about: 'Unsupported Falco fields', theirs: 'strings that never match, so `not user.loginuid = 5` is always true', ours: 'comparisons have no result; a rule that needs one is reported as inactive', page: 'decisions/unavailable-fields.md' },
  { about: 'Use before definition', theirs: 'a macro or list that a later file defines is unknown', ours: 'it is found; within a file and for earlier files, the same definition is used', page: 'rules.md' },
  { about: 'Kubernetes attributes', theirs: '`sf.ke.action` and `sf.ke.kind` of other records read K8S_COMPONENT_ADDED and K8S_NODES', ours: 'they are empty', page: 'attributes.md' },
  { about: 'Rule files', theirs: 'are parsed with its own grammar only', ours: 'are parsed as YAML, with block lists, anchors and comments; a file with invalid YAML is parsed with the old grammar, with a warning', page: 'rules.md' },
  { about: 'Errors in rule files', theirs: 'many are ignored or only logged', ours: 'all errors of all files are reported together, with file and line', page: 'rules.md' },
  { about: 'Additional operators', theirs: 'none', ours: '`glob` and `regex` (RE2 syntax)', page: 'rules.md' },
  { about: 'Misspelled names in published rule files', theirs: 'compared as strings', ours: '`sf.proc.username`, `sf.schema` and some others are mapped to the correct attribute, with a warning', page: 'attributes.md' },
  { about: 'Service and image', theirs: 'the service runs as root and is killed; the image starts a shell, on Red Hat UBI', ours: 'the service has an unprivileged user and stops gracefully; container arguments go to the program; the image is based on Debian and has a health check', page: 'deployment.md' },
  { about: 'Several traces in a directory', theirs: 'in alphabetical order, `t.10` before `t.2`', ours: 'in natural order, `t.2` before `t.10`; the same for names of equal length', page: 'components/driver-file.md' },
  { about: 'Unknown settings', theirs: 'ignored', ours: 'an error with the nearest known one', page: 'pipeline.md' },
  { about: 'Keys of release 0.1.0', theirs: '`path`, `proto`, `tag`, `source`, `host` and `port` have no effect; the modes `filter` and `bypass` mean enrich', ours: 'accepted with a warning, `bypass` as enrich without rules; `type` is accepted as `telemetry`, `alert`, `batch` (no effect) or as the name of a transport', page: 'components/processor-exporter.md' },
  { about: 'JSON of release 0.1.0', theirs: '`flat` and `batch` are gone', ours: '`flat` writes flat JSON again; the grouped form of `batch` is not supported', page: 'components/processor-exporter.md' },
  { about: 'Option `-input`', theirs: 'unknown', ours: 'accepted as deprecated name of `-driver`', page: 'command-line.md' },
  { about: 'End of a run', theirs: 'records are not counted', ours: 'the record counts of every stage are printed and must add up; exit status 3 if not', page: 'decisions/ledger.md' },
]

// SPDX-License-Identifier: Apache-2.0
import {
  type AlertDifference,
  RUNTIMEINTEGRITY_AFFECTED,
  RUNTIMEINTEGRITY_DIFFERENCES,
} from '../plugins/sysflow/testing/alert-differences.js'
import {
  ECS_AFFECTED,
  ECS_DIFFERENCES,
  JSON_AFFECTED,
  JSON_DIFFERENCES,
  type KnownDifference,
} from '../plugins/sysflow/testing/known-differences.js'
import { FIXED_QUIRKS, OTHER_DIFFERENCES, PLANNED_PARTS, RETAINED_QUIRKS } from './compatibility.js'
import { GENERATED, markdownTable } from './markdown.js'

/** Number of records and alerts of the reference in the golden tests. */
const JSON_RECORDS = 121_085
const ECS_RECORDS = 2_259
const TELEMETRY_ALERTS = 8_718
const RUNTIMEINTEGRITY_ALERTS = 2_248

type Counts = Readonly<Record<string, number>>

export function compatibilityPage(): string {
  return `${GENERATED}
# Differences from the original

The program reads the same traces, rule files and pipeline files as the SysFlow Processor 0.7.0 (the original), and writes the same
output. Bugs of the original are fixed. There is no mode that reproduces them. This page lists all visible differences. The numbers Q01 to
Q108 identify bugs and unusual behaviour of the original (quirks).

## Measured on recorded traces

Tests compare the output with the output of the original, field by field. The tables list all differences. A test fails if another
difference appears, or if a number of records changes.

### JSON: ${count(JSON_RECORDS)} records

${differenceTable(JSON_DIFFERENCES, JSON_AFFECTED)}

### ECS: ${count(ECS_RECORDS)} records

${differenceTable(ECS_DIFFERENCES, ECS_AFFECTED)}

### Alerts

With the telemetry rules of the original, all ${count(TELEMETRY_ALERTS)} alerts are the same. With the runtime integrity rules, the original
writes ${count(RUNTIMEINTEGRITY_ALERTS)} alerts. The following alerts contain different rules:

${alertTable(RUNTIMEINTEGRITY_DIFFERENCES, RUNTIMEINTEGRITY_AFFECTED)}

## Fixed

${markdownTable(
  ['quirk', 'original', 'here', 'visible in'],
  FIXED_QUIRKS.map(({ quirk, theirs, ours, visible }) => [quirk, theirs, ours, visible]),
)}

## Other differences

${markdownTable(
  ['topic', 'original', 'here', 'details'],
  OTHER_DIFFERENCES.map(({ about, theirs, ours, page }) => [about, theirs, ours, page === undefined ? '' : `[${page}](${page})`]),
)}

## Unchanged

The following behaviour can be unexpected. It is the same as in the original:

${[...RETAINED_QUIRKS].map(([quirk, text]) => `- ${quirk}: ${text}`).join('\n')}

## Not in this release

Pipeline files can contain the settings of these parts. Using one of the parts is an error.

${[...PLANNED_PARTS].map(([part, quirks]) => `- ${part} (${quirks.join(', ')})`).join('\n')}
`
}

const differenceTable = (differences: readonly KnownDifference[], affected: Counts): string =>
  markdownTable(
    ['quirk', 'field', 'here', 'reason', 'records'],
    differences.map(({ quirk, field, change, reason }) => [quirk, field, change, reason, count(affected[quirk] ?? 0)]),
  )

const alertTable = (differences: readonly AlertDifference[], affected: Counts): string =>
  markdownTable(
    ['quirk', 'rule', 'here', 'reason', 'alerts'],
    differences.map(({ quirk, rule, change, reason }) => [quirk, rule, change, reason, count(affected[`${quirk} ${rule}`] ?? 0)]),
  )

const count = (number: number): string => number.toLocaleString('en')

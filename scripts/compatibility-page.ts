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

Traces, rule files, pipeline files and output are compatible with SysFlow Processor 0.7.0 (the reference). Bugs of the reference are
fixed; no option restores them. This page lists all differences that a user can see. The numbers Q01 to Q108 identify known quirks of
the reference.

## Measured on recorded traces

Tests compare the output with the original, record by record and field by field. The tables list all differences. A test fails if
another difference appears, or if the number of affected records changes.

### JSON: ${count(JSON_RECORDS)} records

${differenceTable(JSON_DIFFERENCES, JSON_AFFECTED)}

### ECS: ${count(ECS_RECORDS)} records

${differenceTable(ECS_DIFFERENCES, ECS_AFFECTED)}

### Alerts

With the telemetry rules of the original, all ${count(TELEMETRY_ALERTS)} alerts are the same. With its runtime integrity rules, it gives
${count(RUNTIMEINTEGRITY_ALERTS)} alerts, and these differ in the rules that they name:

${alertTable(RUNTIMEINTEGRITY_DIFFERENCES, RUNTIMEINTEGRITY_AFFECTED)}

## Fixed

${markdownTable(
  ['quirk', 'the original', 'here', 'visible in'],
  FIXED_QUIRKS.map(({ quirk, theirs, ours, visible }) => [quirk, theirs, ours, visible]),
)}

## Other differences

${markdownTable(
  ['what', 'the original', 'here', 'more'],
  OTHER_DIFFERENCES.map(({ about, theirs, ours, page }) => [about, theirs, ours, page === undefined ? '' : `[${page}](${page})`]),
)}

## Unchanged

The following unexpected behavior is the same as in the original:

${[...RETAINED_QUIRKS].map(([quirk, text]) => `- ${quirk}: ${text}`).join('\n')}

## Not in this release

Pipeline files can contain settings of these transports and of Sigma. Using one of these components is an error.

${[...PLANNED_PARTS].map(([part, quirks]) => `- ${part} (${quirks.join(', ')})`).join('\n')}
`
}

const differenceTable = (differences: readonly KnownDifference[], affected: Counts): string =>
  markdownTable(
    ['quirk', 'field', 'here', 'since', 'records'],
    differences.map(({ quirk, field, change, reason }) => [quirk, field, change, reason, count(affected[quirk] ?? 0)]),
  )

const alertTable = (differences: readonly AlertDifference[], affected: Counts): string =>
  markdownTable(
    ['quirk', 'rule', 'here', 'since', 'alerts'],
    differences.map(({ quirk, rule, change, reason }) => [quirk, rule, change, reason, count(affected[`${quirk} ${rule}`] ?? 0)]),
  )

const count = (number: number): string => number.toLocaleString('en')

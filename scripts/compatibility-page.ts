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

Traces, rule files, pipeline files and output are those of the SysFlow Processor 0.7.0 (the reference). Where it errs we do what is
right, always: there is no mode that reproduces its faults. This page lists all differences that a user can see. The numbers Q01 to Q108 are
those of the project's register of such quirks.

## Measured on recorded traces

Tests compare our output with that of the original, record by record and field by field. These are all the differences; a test
fails if another one appears, or if one of these touches more or fewer records than are given here.

### JSON: ${count(JSON_RECORDS)} records

${differenceTable(JSON_DIFFERENCES, JSON_AFFECTED)}

### ECS: ${count(ECS_RECORDS)} records

${differenceTable(ECS_DIFFERENCES, ECS_AFFECTED)}

### Alerts

With the original's telemetry rules all ${count(TELEMETRY_ALERTS)} alerts are the same. With its runtime integrity rules it gives
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

These may be unexpected, and are the same here:

${[...RETAINED_QUIRKS].map(([quirk, text]) => `- ${quirk}: ${text}`).join('\n')}

## Not in this release

Settings of the transports and of Sigma are accepted in pipeline files; to choose one of these parts is an error.

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

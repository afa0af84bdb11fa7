// SPDX-License-Identifier: Apache-2.0
import type { Priority } from '../contract/evaluated-batch.js'
import type { StyleName } from './style.js'

/** The style of a priority, wherever one is shown. */
// biome-ignore format: a table
export function styleOfPriority(priority: Priority): StyleName {
  switch (priority) {
    case 'emergency': case 'alert': case 'critical': return 'alarm'
    case 'error': case 'high': return 'bad'
    case 'warning': case 'medium': return 'warning'
    case 'notice': case 'low': return 'notice'
    case 'informational': case 'debug': return 'quiet'
    default: return priority satisfies never
  }
}

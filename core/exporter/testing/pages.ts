// SPDX-License-Identifier: Apache-2.0
import type { Page } from '../../contract/exporter.js'
import { PageBuffer } from '../page.js'

/** A page of these records. */
export function pageOf(...records: readonly string[]): Page {
  const page = new PageBuffer(64)
  for (const record of records) {
    page.text(record)
    page.finishRecord()
  }
  return page.page()
}

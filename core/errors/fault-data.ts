// SPDX-License-Identifier: Apache-2.0
import { Fault, type Place } from './fault.js'
import { messageOf } from './reason.js'

/** A fault, or any other error, as it travels between threads, which takes away the classes of objects. */
export type FaultData =
  | (Pick<Fault, 'code' | 'details' | 'level'> & { readonly place?: Place | undefined; readonly where?: string | undefined })
  | { readonly message: string }

export function packed(error: unknown): FaultData {
  if (!(error instanceof Fault)) return { message: messageOf(error) }
  const { code, details, place, where, level } = error
  return { code, details, place, where, level }
}

export function unpacked(data: FaultData): Error {
  if ('message' in data) return new Error(data.message)
  const { code, details, ...at } = data
  return new Fault(code, details, at)
}

// SPDX-License-Identifier: Apache-2.0
import { Fault, type SourcePosition } from './fault.js'
import { messageOf } from './reason.js'

/** A fault, or any other error, for transfer between threads, which does not preserve classes. */
export type SerializedFault =
  | (Pick<Fault, 'code' | 'details' | 'level' | 'text'> & {
      readonly position?: SourcePosition | undefined
      readonly where?: string | undefined
    })
  | { readonly message: string }

export function serializeFault(error: unknown): SerializedFault {
  if (!(error instanceof Fault)) return { message: messageOf(error) }
  const { code, details, text, position, where, level } = error
  return { code, details, text, position, where, level }
}

export function deserializeFault(data: SerializedFault): Error {
  if ('message' in data) return new Error(data.message)
  const { code, details, ...at } = data
  return new Fault(code, details, at)
}

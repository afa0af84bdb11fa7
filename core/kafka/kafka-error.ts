// SPDX-License-Identifier: Apache-2.0
import { isObject } from '../contract/objects.js'
import { messageOf } from '../errors/reason.js'

/** Kind of a Kafka error, as far as callers react to it differently. */
export type KafkaErrorKind = 'too large' | 'out of range' | 'timeout' | 'other'

/** The error that calls to Kafka reject with. */
export class KafkaError extends Error {
  override readonly name = 'KafkaError'

  constructor(
    message: string,
    readonly kind: KafkaErrorKind,
    /** Whether a retry may succeed. */
    readonly isTemporary: boolean,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? {} : { cause })
  }
}

/** Converts an error of the client to a {@link KafkaError}. */
export function asKafkaError(error: unknown): KafkaError {
  if (error instanceof KafkaError) return error
  const ids = apiIdsOf(error)
  const reason = ids.length > 0 ? ids.join(', ') : innermostMessage(error)
  if (ids.some(id => TOO_LARGE_IDS.has(id))) return new KafkaError(reason, 'too large', false, error)
  if (ids.includes('OFFSET_OUT_OF_RANGE')) return new KafkaError(reason, 'out of range', true, error)
  const isPermanent =
    ids.some(id => PERMANENT_IDS.has(id)) || (ids.length === 0 && errorCodesOf(error).some(code => PERMANENT_CODES.has(code)))
  return new KafkaError(reason, 'other', !isPermanent, error)
}

const TOO_LARGE_IDS: ReadonlySet<string> = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'])
/** Errors that persist until the settings of the client or the broker are changed. */
const PERMANENT_IDS: ReadonlySet<string> = new Set([
  'INVALID_TOPIC_EXCEPTION', 'TOPIC_AUTHORIZATION_FAILED', 'GROUP_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM', 'SASL_AUTHENTICATION_FAILED', 'INVALID_REQUIRED_ACKS', 'INVALID_GROUP_ID', 'INVALID_SESSION_TIMEOUT',
  'INCONSISTENT_GROUP_PROTOCOL', 'UNSUPPORTED_VERSION', 'UNSUPPORTED_FOR_MESSAGE_FORMAT', 'UNSUPPORTED_COMPRESSION_TYPE',
  'INVALID_RECORD', 'INVALID_TIMESTAMP', 'POLICY_VIOLATION', 'SECURITY_DISABLED',
]) // biome-ignore format: a table
const PERMANENT_CODES: ReadonlySet<string> = new Set([
  'PLT_KFK_AUTHENTICATION',
  'PLT_KFK_UNSUPPORTED_API',
  'PLT_KFK_UNSUPPORTED_COMPRESSION',
  'PLT_KFK_UNSUPPORTED',
])

/** The names of all broker responses in the cause chain of an error. */
export const apiIdsOf = (error: unknown): readonly string[] => [
  ...new Set(causeChainOf(error).flatMap(({ apiId }) => (apiId ? [apiId] : []))),
]
const errorCodesOf = (error: unknown): readonly string[] => causeChainOf(error).flatMap(({ code }) => (code ? [code] : []))

interface KafkaErrorCause {
  readonly apiId?: string
  readonly code?: string
  readonly errors?: readonly unknown[]
  readonly cause?: unknown
}

function causeChainOf(error: unknown, depth = 0): readonly KafkaErrorCause[] {
  if (!isObject(error) || depth > 8) return []
  const cause = error as KafkaErrorCause
  return [cause, ...[...(cause.errors ?? []), cause.cause].flatMap(inner => causeChainOf(inner, depth + 1))]
}

function innermostMessage(error: unknown): string {
  const all = causeChainOf(error)
  return messageOf(all.findLast(({ errors }) => errors === undefined) ?? error)
}

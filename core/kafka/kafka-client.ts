// SPDX-License-Identifier: Apache-2.0
import { Fault } from '../errors/fault.js'
import { DeadlineError, withDeadline } from '../errors/with-deadline.js'
import { asKafkaError, KafkaError } from './kafka-error.js'
import type { KafkaSettings } from './kafka-settings.js'

const KAFKA_PACKAGE = '@platformatic/kafka'
type KafkaPackage = typeof import('@platformatic/kafka')

export const loadKafkaPackage = (): Promise<KafkaPackage> =>
  import('@platformatic/kafka').catch(error => {
    throw new Fault('SFP_KAFKA_PACKAGE', { package: KAFKA_PACKAGE }, { cause: error })
  })

/** The connection options that producers and group members share. */
export function kafkaConnectionOptions({
  clientId,
  brokers,
  tls,
  sasl,
  connectTimeout,
  requestTimeout,
  metadataMaxAge,
  createsTopics,
}: KafkaSettings) {
  return {
    clientId,
    bootstrapBrokers: [...brokers],
    connectTimeout,
    timeout: requestTimeout,
    // One immediate retry for errors that vanish at once; for other errors the callers wait longer with each attempt.
    retries: 1,
    retryDelay: 250,
    metadataMaxAge,
    autocreateTopics: createsTopics,
    ...(tls && {
      tls: {
        ...(tls.ca && { ca: tls.ca }),
        ...(tls.cert && { cert: tls.cert }),
        ...(tls.key && { key: tls.key }),
        ...(tls.passphrase && { passphrase: tls.passphrase }),
        rejectUnauthorized: tls.rejectUnauthorized,
        ...(tls.verifiesHostName ? {} : { checkServerIdentity: () => undefined }),
      },
      tlsServerName: tls.sendsServerName,
    }),
    ...(sasl && { sasl: { mechanism: sasl.mechanism, username: sasl.username, password: sasl.password } }),
  }
}

/** Adds a time limit, since the client itself waits forever for a broker that keeps the connection open and does not respond. */
export async function withRequestTimeout<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  try {
    return await withDeadline(work, milliseconds)
  } catch (error) {
    if (error instanceof DeadlineError) throw new KafkaError(`no answer within ${milliseconds / 1000} seconds`, 'timeout', true)
    throw asKafkaError(error)
  }
}

/** Resolves when the work ends, when it fails, or after the time limit. */
export async function closeQuietly(work: Promise<void>, milliseconds: number): Promise<void> {
  await withRequestTimeout(work, milliseconds).catch(() => {})
}

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

/** What a sender and a member of a group have in common. */
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
    // One more try at once for what a moment cures; for the rest, whoever asks waits longer each time.
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

/** The client itself waits for ever for a broker that keeps the connection and says nothing. */
export async function withRequestTimeout<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  try {
    return await withDeadline(work, milliseconds)
  } catch (error) {
    if (error instanceof DeadlineError) throw new KafkaError(`no answer within ${milliseconds / 1000} seconds`, 'timeout', true)
    throw asKafkaError(error)
  }
}

/** Resolves when it is closed, or as if it were. */
export async function closeQuietly(work: Promise<void>, milliseconds: number): Promise<void> {
  await withRequestTimeout(work, milliseconds).catch(() => {})
}

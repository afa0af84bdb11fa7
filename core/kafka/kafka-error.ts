// SPDX-License-Identifier: Apache-2.0

/** Why Kafka did not do what it was asked, in one word where somebody has an answer to it. */
export type KafkaTrouble = 'too large' | 'out of range' | 'timeout' | 'other'

/** What a call to Kafka rejects with. */
export class KafkaError extends Error {
  override readonly name = 'KafkaError'

  constructor(
    message: string,
    readonly trouble: KafkaTrouble,
    /** The same may succeed later. */
    readonly isTemporary: boolean,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? {} : { cause })
  }
}

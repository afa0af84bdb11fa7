// SPDX-License-Identifier: Apache-2.0

/**
 * In the bundle (scripts/bundle.ts): a digest of all modules in it. Where the compiler's output runs as it is, this name does
 * not exist, so it is read behind `typeof`.
 */
declare const BUNDLE_DIGEST: string | undefined

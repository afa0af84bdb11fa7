// SPDX-License-Identifier: Apache-2.0

/** Short names of the branches at their union index in the complete schema. The last name is for all unknown branches. */
export const BRANCH_KINDS = ['H', 'C', 'P', 'F', 'PE', 'NF', 'FF', 'FE', 'NE', 'PF', 'PD', 'KE', 'unknown'] as const
export type BranchKind = (typeof BRANCH_KINDS)[number]

// The errors of `X4PNNodeRegistry`, in words.
import type { x4pnNodeRegistryAbi } from '../generated/abis.ts'
import { type ErrorName, type Sentences, time } from './sentences.ts'

type RegistryAbi = typeof x4pnNodeRegistryAbi

export const registryErrors: Sentences<RegistryAbi, Extract<ErrorName<RegistryAbi>, `Registry_${string}`>> = {
  Registry_AlreadyRegistered: ({ node }) => `The node ${node} is registered. Change it with update.`,
  Registry_BadConsent: ({ node }) =>
    `The consent is not signed by the node key ${node} for this operator and deadline. Sign NodeConsent with the node key.`,
  Registry_BadCountry: ({ country }) =>
    `${country} is no country. Give two upper-case letters (ISO 3166-1 alpha-2), or zero.`,
  Registry_BadMetadata: ({ length }) => `A metadata CID of ${length} bytes is too long.`,
  Registry_BadUrl: ({ length }) => `An API URL of ${length} bytes is empty or too long.`,
  Registry_Expired: ({ deadline }) => `The node key's consent was good until ${time(deadline)}. Sign a new one.`,
  Registry_HasSuccessor: ({ node, successor }) =>
    `The node ${node} was replaced by ${successor}. Change that one; the old id only settles and is paid out.`,
  Registry_NotOperator: ({ node, caller }) =>
    `${caller} is not the operator of the node ${node}. Send it as the operator.`,
  Registry_NotPendingOperator: ({ node, caller }) =>
    `The node ${node} was not offered to ${caller}. Its operator offers it with transferOperator.`,
  Registry_UnknownNode: ({ node }) => `No node ${node} is registered. Register it first.`,
}

// Everything that is signed, hashed or deployed.
export {
  type DepositIntent,
  depositIntentNonce,
  type OpenIntent,
  openIntentNonce,
  receiveWithAuthorizationTypes,
} from './authorization.ts'
export { type Claim, claimableAt } from './claimable-at.ts'
export type { Deployment } from './deployment.ts'
export { x4pnNodeRegistryAbi, x4pnRewardsAbi, x4pnTokenAbi, x4pnVpnSessionsAbi } from './generated/abis.ts'
export {
  packReleaseItems,
  packSettleItems,
  RELEASE_ITEM_BYTES,
  type ReleaseItem,
  SETTLE_ITEM_BYTES,
  type SettleItem,
  unpackSettleItems,
} from './pack.ts'
export { hashReceipt, type Receipt, recoverSessionKey, type SignedReceipt, signReceipt, toCompact } from './receipt.ts'
export {
  parseSignInResources,
  SIGN_IN_LIFETIME,
  type SignInAction,
  type SignInBinding,
  signInResources,
  signInStatements,
} from './sign-in.ts'
export { type StreamKey, streamId } from './stream-id.ts'
export {
  type CompactSignature,
  type DomainContext,
  nodeTypes,
  registryDomain,
  registryTypes,
  sessionsDomain,
  sessionsTypes,
} from './typed-data.ts'

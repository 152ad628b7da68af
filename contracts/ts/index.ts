// Everything that is signed, hashed or deployed.
export {
  type AuthorizationContext,
  type DepositIntent,
  depositAuthorizationData,
  depositIntentNonce,
  type OpenIntent,
  openAuthorizationData,
  openIntentNonce,
  receiveWithAuthorizationTypes,
  type Validity,
} from './authorization.ts'
export { type Claim, claimableAt } from './claimable-at.ts'
export type { Deployment } from './deployment.ts'
export { type DecodedError, decodeError } from './errors/decode-error.ts'
export { type ExitPolicy, exitPolicyHash, nodeCommitment } from './exit-policy.ts'
export {
  x4pnDepositRouterAbi,
  x4pnLensAbi,
  x4pnNodeRegistryAbi,
  x4pnRewardsAbi,
  x4pnTokenAbi,
  x4pnUpkeepAbi,
  x4pnVpnSessionsAbi,
} from './generated/abis.ts'
export {
  type OpenFromBalance,
  openFromBalanceData,
  stopData,
  type WithdrawIntent,
  withdrawData,
} from './intents.ts'
export {
  packReleaseItems,
  packSettleItems,
  RELEASE_ITEM_BYTES,
  type ReleaseItem,
  SETTLE_ITEM_BYTES,
  type SettleItem,
  unpackReleaseItems,
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

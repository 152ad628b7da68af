// The client engine: discovers, opens, joins, pays, leaves.
export { type DiscoverOptions, type Discovery, discoverNodes, type IndexState } from './discover.ts'
export { askEcho } from './echo.ts'
export {
  BalanceError,
  EngineError,
  type EngineErrorCode,
  engineErrors,
  GatewayError,
  NodeMismatchError,
} from './errors.ts'
export { type Fetch, type GatewayClient, type GatewayClientOptions, gatewayClient } from './gateway-client.ts'
export { type History, type HistoryOptions, type PastStream, readHistory } from './history.ts'
export { type JoinOptions, join } from './join.ts'
export { type FinalCount, finalClaim, type LeaveOptions, leave } from './leave.ts'
export { type Network, parseNetwork, publicClientFor } from './network.ts'
export { DEFAULT_MONEY_CAP, type Decision, nextReceipt, type PaymentState, signAheadBytes } from './next-receipt.ts'
export { createPayer, type Payer, type PayerOptions, type PayerReport } from './payer.ts'
export { createStream, type SessionRecord, type StreamIdentity, type StreamRecord } from './records.ts'
export { type ListedNode, readAllNodes, readNode } from './registry.ts'
export { type RelayContext, type RelayOpenOptions, type RelayOptions, relay, relayOpen } from './relay.ts'
export { createSessionKey, createWireguardKeys, type WireguardKeys, wireguardKeyToBase64 } from './session-key.ts'
export { type SignInSigner, sessionKeySigner, signInDomain, signInMessage, walletSigner } from './sign-in.ts'
export { carriesAllTraffic, checkTunnel, type Tunnel } from './tunnel.ts'
export { isApiUrl } from './urls.ts'
export { type UsageStreamOptions, usageStream } from './usage-stream.ts'
export { checkStatement, type VerifiedNode, type VerifyNodeOptions, verifyNode } from './verify-node.ts'
export {
  type AuthorizedOpen,
  type AuthorizeOpenOptions,
  authorizeOpen,
  authorizeOpenFromBalance,
} from './wallet/authorize-open.ts'
export { type AuthorizeWithdrawOptions, authorizeWithdraw } from './wallet/authorize-withdraw.ts'
export {
  readChallengeWindow,
  readFreeBalance,
  readStream,
  readTokenBalance,
  type StreamState,
} from './wallet/chain-state.ts'
export { authorizeStop, close, closeCooperative, signStop, stop } from './wallet/close.ts'
export { deposit, withdraw } from './wallet/deposit.ts'
export { open, openFromBalance, topUp } from './wallet/open.ts'
export { confirmTransaction, type Wallet, type WalletContext } from './wallet/send.ts'
export { wireguardConfig } from './wireguard-config.ts'

// Every error the gateway answers with: code, HTTP status, what it means, what to do. Feeds documentation and clients.
import Type from 'typebox'

type ErrorEntry = { status: number; message: string; fix: string }

export const errorTable = {
  BAD_REQUEST: {
    status: 400,
    message: 'The request does not have the expected shape.',
    fix: 'Read details; see the API document.',
  },
  NOT_FOUND: { status: 404, message: 'There is nothing at this path.', fix: 'See the API document for the paths.' },
  RATE_LIMITED: {
    status: 429,
    message: 'Too many requests from this address.',
    fix: 'Wait as long as Retry-After says.',
  },
  INTERNAL: { status: 500, message: 'The gateway failed.', fix: 'Try again; the operator finds the cause in the log.' },

  NONCE_INVALID: {
    status: 403,
    message: 'The nonce is not one of this node, or too old.',
    fix: 'Take a new one from GET /v1/nonce.',
  },
  SIGNIN_MALFORMED: {
    status: 400,
    message: 'The message is not a Sign-In-with-Ethereum message (EIP-4361).',
    fix: 'Build it with @x4pn/client.',
  },
  SIGNIN_ORIGIN_REFUSED: {
    status: 403,
    message: 'The page has no origin of its own.',
    fix: 'Open the page from an origin that is not "null".',
  },
  SIGNIN_WRONG_DOMAIN: {
    status: 403,
    message: 'The message was signed for another site.',
    fix: "Sign with the page's own host, or the node's without a page.",
  },
  SIGNIN_WRONG_URI: {
    status: 403,
    message: 'The message was signed for another API.',
    fix: "Use the node's API URL as `uri`.",
  },
  SIGNIN_WRONG_CHAIN: {
    status: 403,
    message: 'The message was signed for another chain.',
    fix: "Use the node's chain id.",
  },
  SIGNIN_WRONG_STATEMENT: {
    status: 403,
    message: "The statement is not the action's.",
    fix: 'Use the statement of @x4pn/contracts.',
  },
  SIGNIN_WRONG_RESOURCES: {
    status: 403,
    message: 'The resources are missing, doubled, unknown or out of order.',
    fix: 'Use signInResources of @x4pn/contracts.',
  },
  SIGNIN_WRONG_ACTION: {
    status: 403,
    message: 'The message was signed for another action.',
    fix: 'Sign joining and leaving separately.',
  },
  SIGNIN_WRONG_NODE: { status: 403, message: 'The message was signed for another node.', fix: "Bind this node's id." },
  SIGNIN_WRONG_STREAM: {
    status: 403,
    message: 'The message was signed for another stream.',
    fix: 'Bind keccak256(user, node, sessionKey).',
  },
  SIGNIN_WRONG_WIREGUARD_KEY: {
    status: 403,
    message: 'The message was signed for another WireGuard key.',
    fix: 'Bind the key that the request carries.',
  },
  SIGNIN_EXPIRED: { status: 403, message: 'The message has expired.', fix: 'Sign a new one.' },
  SIGNIN_NOT_YET_VALID: {
    status: 403,
    message: 'The message is not valid yet.',
    fix: "Check the clock; `issuedAt` must not lie in the node's future.",
  },
  SIGNIN_LIFETIME: {
    status: 403,
    message: 'The message has no expiry, or lives too long.',
    fix: 'Let it expire within 10 minutes of `issuedAt`.',
  },
  SIGNIN_WRONG_SIGNER: {
    status: 403,
    message: "The message names neither the stream's user nor its session key.",
    fix: 'Sign with one of the two.',
  },
  SIGNIN_BAD_SIGNATURE: {
    status: 403,
    message: "The signature is not the named address's.",
    fix: 'Sign the exact message.',
  },
  SIGNIN_SUPERSEDED: { status: 409, message: 'A later sign-in of this stream was accepted.', fix: 'Sign a new one.' },

  STREAM_UNFUNDED: { status: 402, message: 'This stream was never opened.', fix: 'Open it on chain, then join.' },
  STREAM_DEPOSIT_TOO_SMALL: {
    status: 402,
    message: "What is left of the deposit is below the node's minimum.",
    fix: 'Top the stream up.',
  },
  STREAM_STOPPED: {
    status: 410,
    message: 'This stream has been stopped.',
    fix: 'Open a new one with a new session key.',
  },
  STREAM_CLOSED: {
    status: 410,
    message: 'This stream has been closed.',
    fix: 'Open a new one with a new session key.',
  },
  STREAM_LEFT: {
    status: 410,
    message: 'This stream has left the node.',
    fix: 'Open a new one with a new session key.',
  },
  STREAM_NOT_JOINED: {
    status: 404,
    message: 'This stream has no session here.',
    fix: 'Join first: POST /v1/sessions.',
  },
  WIREGUARD_KEY_TAKEN: { status: 409, message: 'Another stream uses this WireGuard key.', fix: 'Make a new key.' },
  WALLET_LIMITED: {
    status: 409,
    message: 'This wallet has as many sessions here as one may have.',
    fix: 'Leave one of them, or take another node.',
  },
  ADDRESS_LIMITED: {
    status: 409,
    message: 'From this address there are as many sessions here as may be.',
    fix: 'Leave one of them, or take another node.',
  },
  NODE_SUCCEEDED: {
    status: 410,
    message: 'Another key has taken over this node, which serves nobody new.',
    fix: 'Take the node in details: open a stream towards it.',
  },
  CAPACITY_FULL: { status: 503, message: 'The node has no room.', fix: 'Take another node, or try later.' },
  NODE_DRAINING: {
    status: 503,
    message: 'The node is about to end and takes in nobody new.',
    fix: 'Take another node.',
  },
  CHAIN_UNAVAILABLE: {
    status: 503,
    message: 'The chain did not answer; nothing was decided.',
    fix: 'Try again as Retry-After says.',
  },
  JOURNAL_UNAVAILABLE: {
    status: 503,
    message: 'The node cannot write to its disk, so it accepts nothing new.',
    fix: 'Try another node; the operator must make room.',
  },
  TUNNEL_UNAVAILABLE: { status: 503, message: 'The tunnel could not be changed.', fix: 'Try again.' },

  RELAY_FEE_TOO_LOW: {
    status: 402,
    message: "The signed relay fee is below the node's.",
    fix: 'Sign the relayFee of GET /v1/info.',
  },
  RELAY_FEE_ELSEWHERE: {
    status: 403,
    message: "The relay fee goes to another account than the node's payout address.",
    fix: 'Sign the payout address that the registry holds for this node as feeTo.',
  },
  RELAY_REFUSED: {
    status: 409,
    message: 'The contract refuses this; nothing was sent.',
    fix: "Read details: the contract's error.",
  },
  RELAY_LIMITED: {
    status: 429,
    message: 'This node has relayed enough for this wallet for now.',
    fix: 'Ask another node, or send it from the wallet.',
  },
  RELAY_UNAVAILABLE: {
    status: 503,
    message: 'This node relays nothing now.',
    fix: 'Ask another node, or send it from the wallet.',
  },

  TOKEN_INVALID: {
    status: 401,
    message: 'The bearer token is missing, expired or of another stream.',
    fix: 'Join again for a new one.',
  },
  RECEIPT_BAD_SIGNATURE: {
    status: 403,
    message: 'The signature is of no key with a session here.',
    fix: 'Sign with the session key, for this node, chain and contract.',
  },
  RECEIPT_PASS_INVALID: {
    status: 400,
    message: "The lease is below the node's price, has no length, or has not begun.",
    fix: 'Read details. A pass costs at least terms.passRate of the join; pay as you go has rate, start and until 0.',
  },
  RECEIPT_PLAN_FIXED: {
    status: 409,
    message: 'A stream pays by bytes or by time, as its first receipt did.',
    fix: 'Open a new stream for the other plan.',
  },
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errorTable

/** What every error looks like on the wire. */
export const ErrorBody = Type.Object({
  error: Type.Object({
    code: Type.Unsafe<ErrorCode>(Type.String({ enum: Object.keys(errorTable) })),
    message: Type.String(),
    fix: Type.String(),
    details: Type.Optional(Type.String({ description: 'The value that was wrong' })),
  }),
})
export type ErrorBody = Type.Static<typeof ErrorBody>
